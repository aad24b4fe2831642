/** Documents made into token ids on disk, with a manifest, and read from there for training. */
@NullMarked
package io.centroid.corpus;

import org.jspecify.annotations.NullMarked;
