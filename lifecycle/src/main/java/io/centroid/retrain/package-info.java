/**
 * A model trained again when data has been delivered: one idempotent attempt after the other, each
 * of which ends with a challenger that is promoted or not, as a rule says.
 *
 * <p>Start with {@link io.centroid.retrain.Retraining}.
 */
@NullMarked
package io.centroid.retrain;

import org.jspecify.annotations.NullMarked;
