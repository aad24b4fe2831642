package io.centroid.optimize;

import io.centroid.kernels.FloatVector;
import io.centroid.model.ParameterLayout;

/** Clipping by global norm (Pascanu, Mikolov and Bengio, ICML 2013). */
public final class GradientNorm {
  private static final int CHUNK = 4096;
  private static final ThreadLocal<float[]> WORKSPACE =
      ThreadLocal.withInitial(() -> new float[CHUNK]);

  private GradientNorm() {}

  /**
   * L2 norm of the gradient, running statistics left out; summed in double precision in the order
   * of the vector.
   */
  public static double of(FloatVector gradient, ParameterLayout layout) {
    float[] chunk = WORKSPACE.get();
    double sum = 0;
    for (ParameterLayout.Entry entry : layout.entries()) {
      if (entry.role() == ParameterLayout.Role.STATISTIC) {
        continue;
      }
      long end = entry.offset() + entry.size();
      for (long from = entry.offset(); from < end; from += CHUNK) {
        int length = (int) Math.min(CHUNK, end - from);
        gradient.read(from, chunk, length);
        for (int i = 0; i < length; i++) {
          sum += (double) chunk[i] * chunk[i];
        }
      }
    }
    return Math.sqrt(sum);
  }

  /**
   * The factor that brings a gradient of this norm down to {@code clipNorm}; 1 if it is shorter, or
   * if {@code clipNorm} is 0.
   */
  public static float clippingFactor(double norm, double clipNorm) {
    return clipNorm > 0 && norm > clipNorm ? (float) (clipNorm / norm) : 1;
  }
}
