package io.centroid.nn.matrix;

import io.centroid.nn.kernels.DecodingKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.kernels.ThreadTeam;

/** A thread's band of a matrix's columns, aligned to {@link DecodingKernels#BAND}. */
public record Band(int from, int columns) {

  /** The share of a thread. */
  public static Band of(int columns, int thread, int threads) {
    int from = first(columns, thread, threads);
    return new Band(from, first(columns, thread + 1, threads) - from);
  }

  private static int first(int columns, int thread, int threads) {
    if (thread == threads) {
      return columns;
    }
    return ThreadTeam.share(columns / DecodingKernels.BAND, thread, threads) * DecodingKernels.BAND;
  }

  /** The band's columns of a matrix with {@code width} columns. */
  public Matrix of(FloatVector matrix, int width) {
    return new Matrix(matrix, from, width);
  }

  /** The rows of a table with the band's indices. */
  public Matrix rows(FloatVector table, int width) {
    return Matrix.at(table, (long) from * width, width);
  }
}
