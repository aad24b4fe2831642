/** Finds new data increments and records which ones were used. */
@NullMarked
package io.centroid.retrain.data;

import org.jspecify.annotations.NullMarked;
