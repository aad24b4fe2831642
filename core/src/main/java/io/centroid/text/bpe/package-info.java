/**
 * Byte-level byte-pair encoding: vocabulary, merges and training.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.text.bpe;

import org.jspecify.annotations.NullMarked;
