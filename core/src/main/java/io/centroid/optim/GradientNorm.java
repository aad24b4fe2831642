package io.centroid.optim;

import io.centroid.averaging.SumOfSquares;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.nn.kernels.VectorNorm;
import java.util.ArrayList;
import java.util.List;

/**
 * The L2 norm of a gradient, for metrics and for gradient clipping by global norm (Pascanu, Mikolov
 * and Bengio, ICML 2013).
 */
public final class GradientNorm {
  private final ParameterLayout layout;
  private final Chunks chunks;
  private final double[] sums;
  private final List<float[]> pieces = new ArrayList<>();

  /** Creates buffers for gradients of this layout; not thread-safe. */
  public GradientNorm(ParameterLayout layout) {
    this.layout = layout;
    this.chunks = new Chunks(layout);
    this.sums = new double[chunks.count()];
  }

  /**
   * L2 norm of the gradient without running statistics, summed in double precision, in an order
   * that does not depend on the number of threads.
   */
  public double of(FloatVector gradient, ThreadTeam team) {
    while (pieces.size() < team.size()) {
      pieces.add(new float[Chunks.LENGTH]);
    }
    chunks.forEach(
        team,
        (number, chunk, thread) -> {
          float[] piece = pieces.get(thread);
          gradient.read(chunk.from(), piece, chunk.length());
          boolean counts = chunk.role() != ParameterLayout.Role.STATISTIC;
          sums[number] = counts ? SumOfSquares.of(piece, 0, chunk.length()) : 0;
        });
    double sum = 0;
    for (double part : sums) {
      sum += part;
    }
    return Math.sqrt(sum);
  }

  /** The same for metrics: less exact and faster, since it is measured in every round. */
  double measured(FloatVector gradient) {
    double sum = 0;
    for (ParameterLayout.Entry entry : layout.entries()) {
      if (entry.role() != ParameterLayout.Role.STATISTIC) {
        sum += VectorNorm.squares(gradient, entry.offset(), entry.size());
      }
    }
    return Math.sqrt(sum);
  }

  /**
   * The factor that scales a gradient of this norm to {@code clipNorm}; 1 if the norm is at most
   * {@code clipNorm}, or if {@code clipNorm} is 0 (no clipping).
   */
  public static float clippingFactor(double norm, double clipNorm) {
    return clipNorm > 0 && norm > clipNorm ? (float) (clipNorm / norm) : 1;
  }
}
