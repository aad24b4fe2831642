/**
 * A TrainingMaster for DL4J's own Spark API, SparkDl4jMultiLayer and SparkComputationGraph.
 * Optional: no other package depends on it, and it needs DL4J's Spark jars in addition to the job
 * jar.
 */
@NullMarked
package io.centroid.spark.dl4j;

import org.jspecify.annotations.NullMarked;
