/**
 * Prepared corpora: token shards with a manifest, read as training windows.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.data.corpus;

import org.jspecify.annotations.NullMarked;
