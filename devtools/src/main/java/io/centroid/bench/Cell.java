package io.centroid.bench;

/**
 * One point of the matrix: how many workers, how many local steps between two meetings (H), and the
 * width of the one hidden layer.
 */
public record Cell(int workers, int localSteps, int hidden) {}
