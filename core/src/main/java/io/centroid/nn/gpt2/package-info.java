/** GPT-2 with hand-written forward and backward passes, and its output heads. */
@NullMarked
package io.centroid.nn.gpt2;

import org.jspecify.annotations.NullMarked;
