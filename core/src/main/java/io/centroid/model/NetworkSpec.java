package io.centroid.model;

import io.centroid.data.InputShape;
import java.io.Serializable;

/**
 * All that rebuilds a network but its parameters. Small and serializable: it travels to executors
 * and into checkpoints.
 *
 * @param input shape of one example
 * @param outputs classes for cross-entropy, 1 for mean squared error
 * @param seed of the initial parameters
 */
public record NetworkSpec(
    Architecture architecture, InputShape input, int outputs, Loss loss, long seed)
    implements Serializable {}
