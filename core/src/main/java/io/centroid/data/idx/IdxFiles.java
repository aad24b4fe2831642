package io.centroid.data.idx;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The two IDX files of one split.
 *
 * @param images path or URI of the images
 * @param labels path or URI of the labels; null if there are none
 */
public record IdxFiles(String images, @Nullable String labels) implements Serializable {}
