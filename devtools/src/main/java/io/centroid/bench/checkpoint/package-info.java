/** Benchmark of checkpoint overhead. */
@NullMarked
package io.centroid.bench.checkpoint;

import org.jspecify.annotations.NullMarked;
