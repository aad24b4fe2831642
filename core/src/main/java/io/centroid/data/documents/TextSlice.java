package io.centroid.data.documents;

import java.io.Serializable;

/**
 * A slice of a file: the lines that begin at offsets {@code from} to {@code to} (exclusive), or the
 * text between the {@linkplain SafeSplit split points} there if the file is one document.
 *
 * @param file index of the file in the plan
 * @param from first offset in bytes
 * @param to offset after the last in bytes; {@link Long#MAX_VALUE} for a compressed file
 */
public record TextSlice(int file, long from, long to) implements Serializable {}
