package io.centroid.cli;

import io.centroid.data.InputShape;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import java.util.List;

/** Builds a dense network on the CPU engine, in a separate process from the job jar. */
final class DenseProbe {
  private DenseProbe() {}

  public static void main(String[] args) {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Mlp(List.of(3), Activation.RELU),
            new InputShape(1, 1, 4),
            2,
            Loss.CROSS_ENTROPY,
            1);
    try (Learner learner = spec.newLearner()) {
      System.out.println(learner.outputs());
    }
  }
}
