/** Finds and surveys the data of a run's configuration. */
@NullMarked
package io.centroid.run.data;

import org.jspecify.annotations.NullMarked;
