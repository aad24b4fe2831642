package io.centroid.data.documents;

import java.io.Serializable;

/**
 * A stretch of a file: the lines that begin at offsets {@code from} to {@code to} (exclusive), or
 * of a file that is one document what lies between the two {@linkplain SafeCut cuts} found there.
 *
 * @param file number of the file in the plan
 * @param to {@link Long#MAX_VALUE} for the whole of a compressed file
 */
public record TextSlice(int file, long from, long to) implements Serializable {}
