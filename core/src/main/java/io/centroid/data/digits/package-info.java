/**
 * Synthetic handwritten digits generated from strokes: a data set that needs no download.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.data.digits;

import org.jspecify.annotations.NullMarked;
