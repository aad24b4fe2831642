package io.centroid.bench.gpu;

import io.centroid.bench.gpt2.Gpt2Shape;
import io.centroid.data.Batch;
import io.centroid.device.Device;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Learner;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.matrix.Precision;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks a device: gradients in float32 equal those of the engine cpu, and two trainings are
 * bitwise identical.
 */
public final class ParityCheck {
  /** Largest difference of a tensor's gradient, relative to its L2 norm. */
  private static final double LARGEST_DIFFERENCE = 1e-4;

  private static final int BATCH = 8;
  private static final int STEPS = 5;
  private static final Gpt2Shape SMALL = new Gpt2Shape(2, 2, 32, 16, 61);

  private final Device device;

  public ParityCheck(Device device) {
    this.device = device;
  }

  /**
   * Outcome of one check.
   *
   * @param value what was measured
   * @param limit largest value that passes
   */
  public record Outcome(String name, double value, double limit) {
    public boolean passed() {
      return value <= limit;
    }
  }

  /**
   * Runs all checks.
   *
   * @throws io.centroid.error.InputException if the device cannot be used
   */
  public List<Outcome> run() {
    GpuCase dense = new MnistTraining(false, BATCH, STEPS);
    GpuCase gpt2 = new Gpt2Training(SMALL, Precision.FLOAT32, BATCH, STEPS);
    GpuCase bfloat16 = new Gpt2Training(SMALL, Precision.BFLOAT16, BATCH, STEPS);
    List<Outcome> outcomes = new ArrayList<>();
    for (GpuCase what : List.of(dense, gpt2)) {
      outcomes.add(
          new Outcome(
              what.name() + ": largest relative difference of a gradient",
              difference(what),
              LARGEST_DIFFERENCE));
    }
    for (GpuCase what : List.of(dense, gpt2, bfloat16)) {
      outcomes.add(
          new Outcome(
              what.name() + ": parameters that differ between two trainings",
              different(trained(what), trained(what)),
              0));
    }
    return outcomes;
  }

  private double difference(GpuCase what) {
    NetworkSpec spec = what.network(device.kind());
    Batch batch = what.data();
    try (Learner tested = spec.newLearner(device);
        Learner expected = new CpuEngine().create(spec)) {
      double unused = tested.gradient(batch, 1) + expected.gradient(batch, 1);
      return expected.layout().entries().stream()
          .mapToDouble(entry -> difference(entry, tested.gradient(), expected.gradient()))
          .max()
          .orElse(Double.NaN);
    }
  }

  /** L2 norm of the difference relative to the expected one; NaN if it is zero or not finite. */
  static double difference(Entry entry, FloatVector tested, FloatVector expected) {
    float[] a = values(entry, tested);
    float[] b = values(entry, expected);
    double sum = 0;
    double norm = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      norm += (double) b[i] * b[i];
    }
    return norm > 0 ? Math.sqrt(sum / norm) : Double.NaN;
  }

  private static float[] values(Entry entry, FloatVector vector) {
    float[] values = new float[Math.toIntExact(entry.size())];
    vector.read(entry.offset(), values, values.length);
    return values;
  }

  private float[] trained(GpuCase what) {
    try (GpuTraining training = GpuTraining.prepare(what, device)) {
      for (int i = 0; i < what.steps(); i++) {
        double unused = training.step();
      }
      FloatVector parameters = training.learner().parameters();
      float[] values = new float[Math.toIntExact(parameters.size())];
      parameters.store(values);
      return values;
    }
  }

  /** Number of values whose bits differ or which are not finite. */
  static int different(float[] first, float[] second) {
    int count = 0;
    for (int i = 0; i < first.length; i++) {
      boolean equal = Float.floatToRawIntBits(first[i]) == Float.floatToRawIntBits(second[i]);
      count += equal && Float.isFinite(first[i]) ? 0 : 1;
    }
    return count;
  }
}
