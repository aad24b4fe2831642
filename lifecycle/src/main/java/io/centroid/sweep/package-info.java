/**
 * Hyperparameter search: trains one configuration with several settings, on a grid or drawn from
 * ranges, and compares the results on the validation set.
 *
 * <p>Start with {@link io.centroid.sweep.Sweep}.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.sweep;

import org.jspecify.annotations.NullMarked;
