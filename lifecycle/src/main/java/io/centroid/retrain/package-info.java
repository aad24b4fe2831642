/**
 * Retrains a model when there is new data. Each attempt is idempotent: it trains a challenger and
 * promotes it to champion if a promotion rule allows it.
 *
 * <p>Start with {@link io.centroid.retrain.Retraining}.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.retrain;

import org.jspecify.annotations.NullMarked;
