package io.centroid.bench.checkpoint;

import io.centroid.bench.Spread;

/**
 * What was measured of one network.
 *
 * @param bytes of a checkpoint
 * @param withMillis a round with a checkpoint
 * @param withoutMillis a round without
 * @param ratio of the two, turn by turn
 * @param saveMillis a save, beside the next round
 * @param saveCpuMillis processor time of a save: what it takes from the training where no core is
 *     idle, whatever else runs on the machine
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
