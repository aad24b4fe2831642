/** Synthetic handwritten digits generated from strokes: a data set that needs no download. */
@NullMarked
package io.centroid.data.digits;

import org.jspecify.annotations.NullMarked;
