package io.centroid.bench.scaling;

import java.util.Map;

/**
 * What one round cost.
 *
 * @param steps local steps of each worker
 * @param nanos from the driver's view, start to end
 * @param parts its parts in nanoseconds, by name, in the order of a table's columns
 * @param bytesUp payload from all workers to the driver
 * @param bytesDown payload from the driver to all workers
 */
public record RoundCost(
    int steps, long nanos, Map<String, Long> parts, long bytesUp, long bytesDown) {}
