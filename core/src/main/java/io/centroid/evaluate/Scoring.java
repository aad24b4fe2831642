package io.centroid.evaluate;

import io.centroid.data.Normalization;
import io.centroid.nn.NetworkSpec;
import java.io.Serializable;

/**
 * What turns parameters into a model that can be scored: the network and the normalization of its
 * inputs.
 */
public record Scoring(NetworkSpec network, Normalization normalization) implements Serializable {}
