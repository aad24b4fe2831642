package io.centroid.bench.checkpoint;

import io.centroid.bench.Spread;

/**
 * Measured cost of checkpoints of one network.
 *
 * @param bytes size of a checkpoint in bytes
 * @param withMillis milliseconds of a round with a checkpoint
 * @param withoutMillis milliseconds of a round without a checkpoint
 * @param ratio ratio of the two, run by run
 * @param saveMillis milliseconds of a save, concurrent with the next round
 * @param saveCpuMillis CPU milliseconds of a save, which is its cost to the training if no core is
 *     idle
 */
public record CheckpointCost(
    CheckpointedNetwork network,
    long parameters,
    int localSteps,
    long bytes,
    Spread withMillis,
    Spread withoutMillis,
    Spread ratio,
    Spread saveMillis,
    Spread saveCpuMillis) {}
