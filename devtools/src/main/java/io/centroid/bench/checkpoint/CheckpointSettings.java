package io.centroid.bench.checkpoint;

/**
 * Settings of {@code bench checkpoint}.
 *
 * @param runDir Hadoop URI of the folder in which the checkpoints are written
 * @param workers number of training threads
 * @param examples number of synthetic digits
 * @param batchSize examples per worker and local step
 * @param roundSeconds duration of a round in seconds, rounded to whole steps; at most one epoch
 * @param rounds rounds per run; each overlaps with the save of the previous round
 */
public record CheckpointSettings(
    String runDir, int workers, int examples, int batchSize, double roundSeconds, int rounds) {}
