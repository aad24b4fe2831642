package io.centroid.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.nn.Learner;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.kernels.FloatVector;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.DeviceType;

/** Compares learners of two engines. */
final class Comparisons {
  private Comparisons() {}

  /**
   * A learner of this engine on the CPU.
   *
   * @param mirrored whether the device's memory is apart from the host's, as on a GPU
   */
  static Learner learner(NetworkSpec spec, boolean mirrored) {
    LibTorch.require();
    return TorchEngine.create(spec, new Device(DeviceType.CPU), mirrored);
  }

  /** Compares each tensor's gradient: the L2 norm of the difference relative to the norm. */
  static void assertGradients(Learner actual, Learner expected, double tolerance) {
    for (Entry entry : expected.layout().entries()) {
      float[] a = values(actual.gradient(), entry);
      float[] b = values(expected.gradient(), entry);
      double difference = 0;
      double norm = 0;
      for (int i = 0; i < a.length; i++) {
        difference += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        norm += (double) b[i] * b[i];
      }
      assertThat(Math.sqrt(difference))
          .as(entry.name())
          .isLessThanOrEqualTo(tolerance * Math.sqrt(norm) + 1e-12);
      assertThat(norm).as(entry.name()).isPositive();
    }
  }

  static float[] values(FloatVector vector, Entry entry) {
    float[] values = new float[(int) entry.size()];
    vector.read(entry.offset(), values, values.length);
    return values;
  }
}
