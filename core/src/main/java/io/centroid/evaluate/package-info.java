/**
 * What a network is worth: loss, accuracy and confusion, or errors of a regression, merged over
 * shards in a fixed order.
 */
@NullMarked
package io.centroid.evaluate;

import org.jspecify.annotations.NullMarked;
