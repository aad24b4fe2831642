/** Tokenization of documents into the shards of a corpus. */
@NullMarked
package io.centroid.data.tokenizing;

import org.jspecify.annotations.NullMarked;
