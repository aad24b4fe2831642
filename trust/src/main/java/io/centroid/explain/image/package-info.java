/** Partitions of images into the features of explanations. */
@NullMarked
package io.centroid.explain.image;

import org.jspecify.annotations.NullMarked;
