/**
 * Finds new data increments and records which ones were used.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.retrain.data;

import org.jspecify.annotations.NullMarked;
