package io.centroid.nn;

import io.centroid.nn.kernels.FloatVector;

/** Copies of learners' vectors for tests. */
public final class Vectors {
  private Vectors() {}

  public static float[] values(FloatVector vector) {
    float[] values = new float[Math.toIntExact(vector.size())];
    vector.store(values);
    return values;
  }

  /** Initial parameters of a network. */
  public static float[] initial(NetworkSpec spec) {
    return values(spec.engine().create(spec).parameters());
  }
}
