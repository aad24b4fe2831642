/** Codecs for the workers' deltas: float32, half precision, int8 and top-k, with error feedback. */
@NullMarked
package io.centroid.averaging.codec;

import org.jspecify.annotations.NullMarked;
