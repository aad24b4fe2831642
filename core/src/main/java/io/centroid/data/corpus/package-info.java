/** Prepared corpora: token shards with a manifest, read as training windows. */
@NullMarked
package io.centroid.data.corpus;

import org.jspecify.annotations.NullMarked;
