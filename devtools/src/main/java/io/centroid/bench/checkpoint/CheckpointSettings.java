package io.centroid.bench.checkpoint;

/**
 * What is measured of checkpoints.
 *
 * @param runDir any Hadoop URI below which the checkpoints are written
 * @param workers threads that train
 * @param examples digits to draw
 * @param batchSize examples of one local step of one worker
 * @param roundSeconds length of a round, approached by whole steps, at most a pass over the data
 * @param rounds rounds of a turn; each begins beside the save of the one before
 */
public record CheckpointSettings(
    String runDir, int workers, int examples, int batchSize, double roundSeconds, int rounds) {}
