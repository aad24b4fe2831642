/**
 * Matrix products in lower precision by oneDNN, and what chooses between them and those of
 * OpenBLAS.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.nn.matrix;

import org.jspecify.annotations.NullMarked;
