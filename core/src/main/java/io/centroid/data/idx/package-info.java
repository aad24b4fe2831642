/** Readers of images and labels in the IDX format of MNIST. */
@NullMarked
package io.centroid.data.idx;

import org.jspecify.annotations.NullMarked;
