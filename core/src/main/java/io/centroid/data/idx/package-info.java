/**
 * Readers of images and labels in the IDX format of MNIST.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.data.idx;

import org.jspecify.annotations.NullMarked;
