package io.centroid.spark.dl4j;

import java.io.Serializable;

/**
 * The configuration of a network, without parameters and iteration counts.
 *
 * @param json DL4J's configuration as JSON
 * @param isGraph true for a ComputationGraph
 */
record NetworkSource(String json, boolean isGraph) implements Serializable {}
