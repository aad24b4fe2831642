package io.centroid.bench.checkpoint;

/**
 * A network of one hidden layer and what it is trained with, which decides how much is saved.
 *
 * @param optimizer as {@code optimizer.name} says
 */
public record CheckpointedNetwork(int hidden, String optimizer) {}
