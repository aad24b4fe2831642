/** GPT-2's training step and decoding, timed in turns with PyTorch's. */
@NullMarked
package io.centroid.bench.gpt2;

import org.jspecify.annotations.NullMarked;
