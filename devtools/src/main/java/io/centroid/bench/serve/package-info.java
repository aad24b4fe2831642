/**
 * Benchmark of serving: throughput and latency of a server in a separate process whose model
 * versions change under load.
 */
@NullMarked
package io.centroid.bench.serve;

import org.jspecify.annotations.NullMarked;
