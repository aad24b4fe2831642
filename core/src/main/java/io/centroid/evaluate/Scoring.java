package io.centroid.evaluate;

import io.centroid.data.Normalisation;
import io.centroid.nn.NetworkSpec;
import java.io.Serializable;

/**
 * What turns parameters into a model that can be scored: the network and the normalisation of its
 * inputs.
 */
public record Scoring(NetworkSpec network, Normalisation normalisation) implements Serializable {}
