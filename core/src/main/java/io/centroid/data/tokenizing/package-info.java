/** Documents encoded into the token shards of a corpus. */
@NullMarked
package io.centroid.data.tokenizing;

import org.jspecify.annotations.NullMarked;
