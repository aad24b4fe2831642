/**
 * Centroid's rounds behind DL4J's own Spark interface: a TrainingMaster for SparkDl4jMultiLayer and
 * SparkComputationGraph. The one package beside {@code model} that knows DL4J; nothing in Centroid
 * needs it, and its class path is more than the job jar's.
 */
@NullMarked
package io.centroid.spark.dl4j;

import org.jspecify.annotations.NullMarked;
