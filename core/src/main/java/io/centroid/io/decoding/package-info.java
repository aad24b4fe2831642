/**
 * Readers of plain and gzipped files with size limits; readers of the same file share its decoded
 * copy.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.io.decoding;

import org.jspecify.annotations.NullMarked;
