package io.centroid.bench.checkpoint;

/**
 * A network with one hidden layer and its optimizer, which determine the size of a checkpoint.
 *
 * @param hidden width of the hidden layer
 * @param optimizer value of {@code optimizer.name}
 */
public record CheckpointedNetwork(int hidden, String optimizer) {}
