/**
 * The rounds on Spark: shards cached where they are used, one stage a round, the fold on the driver
 * in worker order.
 */
@NullMarked
package io.centroid.spark;

import org.jspecify.annotations.NullMarked;
