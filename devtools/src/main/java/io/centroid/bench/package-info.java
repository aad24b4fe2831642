/**
 * What a round of parameter averaging costs, alone and beside others: contestants take turns, each
 * warmed up, and medians are reported. Start at {@link io.centroid.bench.Tournament}.
 */
@NullMarked
package io.centroid.bench;

import org.jspecify.annotations.NullMarked;
