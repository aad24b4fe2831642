/** Measures the drift between two data distributions. */
@NullMarked
package io.centroid.retrain.drift;

import org.jspecify.annotations.NullMarked;
