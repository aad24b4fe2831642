/** Incremental decoding of GPT-2 with key-value caches. */
@NullMarked
package io.centroid.generate.decoder;

import org.jspecify.annotations.NullMarked;
