/**
 * Data sets as shards of workers: MNIST's IDX files, CSV tables, built-in digits; batches,
 * normalization and order of an epoch.
 */
@NullMarked
package io.centroid.data;

import org.jspecify.annotations.NullMarked;
