/**
 * Measures the drift between two data distributions.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.retrain.drift;

import org.jspecify.annotations.NullMarked;
