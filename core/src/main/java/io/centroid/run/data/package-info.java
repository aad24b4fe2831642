/**
 * Finds and surveys the data of a run's configuration.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.run.data;

import org.jspecify.annotations.NullMarked;
