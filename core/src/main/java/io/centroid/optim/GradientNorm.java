package io.centroid.optim;

import io.centroid.averaging.SumOfSquares;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.ThreadTeam;
import java.util.ArrayList;
import java.util.List;

/**
 * The L2 norm of a gradient, for metrics and for gradient clipping by global norm (Pascanu, Mikolov
 * and Bengio, ICML 2013).
 */
public final class GradientNorm {
  private final Chunks chunks;
  private final double[] sums;
  private final List<float[]> pieces = new ArrayList<>();
  private final List<float[]> others = new ArrayList<>();

  /** Creates buffers for gradients of this layout; not thread-safe. */
  public GradientNorm(ParameterLayout layout) {
    this.chunks = new Chunks(layout);
    this.sums = new double[chunks.count()];
  }

  /**
   * L2 norm of the gradient without running statistics, summed in double precision, in an order
   * that does not depend on the number of threads.
   */
  public double of(FloatVector gradient, ThreadTeam team) {
    reserve(pieces, team);
    chunks.forEach(
        team,
        (number, chunk, thread) -> {
          float[] piece = pieces.get(thread);
          gradient.read(chunk.from(), piece, chunk.length());
          sums[number] = squares(piece, chunk);
        });
    return root();
  }

  /** L2 norm of the difference of two vectors, without running statistics. */
  double ofDifference(FloatVector one, FloatVector other, ThreadTeam team) {
    reserve(pieces, team);
    reserve(others, team);
    chunks.forEach(
        team,
        (number, chunk, thread) -> {
          float[] piece = pieces.get(thread);
          float[] subtracted = others.get(thread);
          one.read(chunk.from(), piece, chunk.length());
          other.read(chunk.from(), subtracted, chunk.length());
          for (int i = 0; i < chunk.length(); i++) {
            piece[i] -= subtracted[i];
          }
          sums[number] = squares(piece, chunk);
        });
    return root();
  }

  /** Copies a vector of the layout to another. */
  void copy(FloatVector from, FloatVector to, ThreadTeam team) {
    reserve(pieces, team);
    chunks.forEach(
        team,
        (number, chunk, thread) -> {
          float[] piece = pieces.get(thread);
          from.read(chunk.from(), piece, chunk.length());
          to.write(chunk.from(), piece, chunk.length());
        });
  }

  private static double squares(float[] piece, Chunks.Chunk chunk) {
    return chunk.role() == ParameterLayout.Role.STATISTIC
        ? 0
        : SumOfSquares.of(piece, 0, chunk.length());
  }

  private double root() {
    double sum = 0;
    for (double part : sums) {
      sum += part;
    }
    return Math.sqrt(sum);
  }

  private static void reserve(List<float[]> buffers, ThreadTeam team) {
    while (buffers.size() < team.size()) {
      buffers.add(new float[Chunks.LENGTH]);
    }
  }

  /**
   * The factor that scales a gradient of this norm to {@code clipNorm}; 1 if the norm is at most
   * {@code clipNorm}, or if {@code clipNorm} is 0 (no clipping).
   */
  public static float clippingFactor(double norm, double clipNorm) {
    return clipNorm > 0 && norm > clipNorm ? (float) (clipNorm / norm) : 1;
  }
}
