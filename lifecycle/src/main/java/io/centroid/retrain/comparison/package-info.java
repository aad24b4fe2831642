/**
 * Compares a challenger with the champion on the same examples.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.retrain.comparison;

import org.jspecify.annotations.NullMarked;
