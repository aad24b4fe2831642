/**
 * Benchmarks whole trainings as a user starts them, from command to exit, against a PyTorch script.
 * Start at {@link io.centroid.bench.train.TrainBench}.
 */
@NullMarked
package io.centroid.bench.train;

import org.jspecify.annotations.NullMarked;
