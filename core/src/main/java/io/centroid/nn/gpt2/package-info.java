/** GPT-2 written by hand over flat vectors: forward, backward, output heads. */
@NullMarked
package io.centroid.nn.gpt2;

import org.jspecify.annotations.NullMarked;
