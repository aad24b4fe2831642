package io.centroid.spark.internal;

import org.apache.spark.util.KnownSizeEstimation;

/**
 * Cached off-heap data that reports its own size. Spark estimates the size of heap objects only and
 * would underestimate such data.
 */
public interface SizedOffHeap extends KnownSizeEstimation {}
