/** What Spark's web UI, listeners and metrics system show of a run. */
@NullMarked
package io.centroid.spark.monitoring;

import org.jspecify.annotations.NullMarked;
