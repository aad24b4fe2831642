/** New data for a retraining: found, waited for, and recorded once used. */
@NullMarked
package io.centroid.retrain.data;

import org.jspecify.annotations.NullMarked;
