/** The data that a run's configuration names, found and surveyed. */
@NullMarked
package io.centroid.run.data;

import org.jspecify.annotations.NullMarked;
