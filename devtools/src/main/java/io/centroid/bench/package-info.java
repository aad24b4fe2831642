/**
 * Benchmarks of parameter averaging, alone and against other systems: warmed-up, alternating runs
 * of which medians are reported. Start at {@link io.centroid.bench.AlternatingRuns}.
 */
@NullMarked
package io.centroid.bench;

import org.jspecify.annotations.NullMarked;
