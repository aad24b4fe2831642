package io.centroid.evaluate;

import io.centroid.data.Normalization;
import io.centroid.nn.NetworkSpec;
import java.io.Serializable;

/**
 * Inputs of evaluation and prediction in addition to the parameters: the network and the
 * normalization of its inputs and targets.
 */
public record Scoring(NetworkSpec network, Normalization normalization) implements Serializable {}
