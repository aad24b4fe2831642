/**
 * Data sets sharded by worker: MNIST's IDX files, CSV tables, built-in digits; batches,
 * normalization and shuffling.
 */
@NullMarked
package io.centroid.data;

import org.jspecify.annotations.NullMarked;
