/** Compares a challenger with the champion on the same examples. */
@NullMarked
package io.centroid.retrain.comparison;

import org.jspecify.annotations.NullMarked;
