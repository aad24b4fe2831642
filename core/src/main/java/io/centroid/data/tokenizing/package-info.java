/**
 * Tokenization of documents into the shards of a corpus.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.data.tokenizing;

import org.jspecify.annotations.NullMarked;
