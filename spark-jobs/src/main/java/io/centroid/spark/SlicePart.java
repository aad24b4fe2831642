package io.centroid.spark;

import io.centroid.optimize.InnerState;
import io.centroid.train.WorkerReport;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One worker's piece of one slice, on its way through the shuffle.
 *
 * @param payload encoded delta
 * @param shared the slice's part of the optimizer state, where all are averaged
 */
record SlicePart(WorkerReport report, byte[] payload, @Nullable InnerState shared)
    implements Serializable {}
