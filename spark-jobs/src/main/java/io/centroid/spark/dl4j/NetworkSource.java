package io.centroid.spark.dl4j;

import java.io.Serializable;

/**
 * All that rebuilds a network but its parameters and counts.
 *
 * @param json DL4J's configuration
 */
record NetworkSource(String json, boolean isGraph) implements Serializable {}
