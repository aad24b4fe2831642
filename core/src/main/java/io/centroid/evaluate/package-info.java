/**
 * Evaluation and prediction: loss, accuracy, confusion matrix or regression errors, merged over
 * shards in a fixed order.
 */
@NullMarked
package io.centroid.evaluate;

import org.jspecify.annotations.NullMarked;
