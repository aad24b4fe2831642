package io.centroid.bench.scaling;

import java.util.Map;

/**
 * Measured cost of one round.
 *
 * @param steps local steps per worker
 * @param nanos duration on the driver in nanoseconds
 * @param parts nanoseconds of each part, by name, in the order of the table's columns
 * @param bytesUp payload from all workers to the driver in bytes
 * @param bytesDown payload from the driver to all workers in bytes
 */
public record RoundCost(
    int steps, long nanos, Map<String, Long> parts, long bytesUp, long bytesDown) {}
