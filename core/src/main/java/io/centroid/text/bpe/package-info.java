/** Byte-level byte-pair encoding: vocabulary, merges and training. */
@NullMarked
package io.centroid.text.bpe;

import org.jspecify.annotations.NullMarked;
