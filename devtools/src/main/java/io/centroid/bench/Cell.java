package io.centroid.bench;

/**
 * One point of the benchmark matrix: number of workers, local steps between synchronizations (H),
 * and width of the single hidden layer.
 */
public record Cell(int workers, int localSteps, int hidden) {}
