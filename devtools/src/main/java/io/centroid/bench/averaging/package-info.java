/** Benchmark of training throughput by workers and local steps. */
@NullMarked
package io.centroid.bench.averaging;

import org.jspecify.annotations.NullMarked;
