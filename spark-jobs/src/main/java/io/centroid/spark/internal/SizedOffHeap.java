package io.centroid.spark.internal;

import org.apache.spark.util.KnownSizeEstimation;

/**
 * Cached data outside the heap, which says its size itself: Spark counts objects on the heap only,
 * and would never find such data too large to keep.
 */
public interface SizedOffHeap extends KnownSizeEstimation {}
