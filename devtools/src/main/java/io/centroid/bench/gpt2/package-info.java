/** Benchmark of GPT-2's training step and decoding against PyTorch in alternating runs. */
@NullMarked
package io.centroid.bench.gpt2;

import org.jspecify.annotations.NullMarked;
