/**
 * Training rounds as Spark jobs: shards cached on the executors, one job per round, aggregation in
 * worker order on the driver or sharded over the executors.
 */
@NullMarked
package io.centroid.spark;

import org.jspecify.annotations.NullMarked;
