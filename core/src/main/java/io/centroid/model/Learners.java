package io.centroid.model;

import io.centroid.InputException;
import io.centroid.kernels.CpuKernels;
import io.centroid.kernels.Kernels;
import io.centroid.kernels.Nd4jKernels;
import io.centroid.model.gpt2.Gpt2Initialization;
import io.centroid.model.gpt2.Gpt2Learner;

/** Chooses the engine for a network. */
public final class Learners {
  private Learners() {}

  /**
   * A learner with the spec's initial parameters: the same bits on every JVM with the same native
   * library. Networks of plain dense layers run on kernels of our own, all others on DL4J.
   */
  public static Learner create(NetworkSpec spec) {
    if (spec.architecture() instanceof Architecture.Gpt2 gpt2) {
      return gpt2(spec, gpt2);
    }
    Dl4jLearner reference = dl4j(spec);
    return DenseLearner.inPlaceOf(reference, spec, kernels(spec.backend()))
        .map(Learner.class::cast)
        .orElse(reference);
  }

  /** The layout of a network's parameters. */
  public static ParameterLayout layout(NetworkSpec spec) {
    try (Learner learner = create(spec)) {
      return learner.layout();
    }
  }

  private static Learner gpt2(NetworkSpec spec, Architecture.Gpt2 gpt2) {
    if (spec.backend() != Backend.CPU) {
      throw new InputException("compute.backend must be cpu for a GPT-2: nd4j");
    }
    Nd4jEngine.prepare();
    Gpt2Learner learner =
        new Gpt2Learner(gpt2.config(), gpt2.classifies() ? spec.outputs() : 0, gpt2.execution());
    Gpt2Initialization.fill(gpt2.config(), learner, spec.seed());
    return learner;
  }

  /** A learner on DL4J, whatever the network. */
  static Dl4jLearner dl4j(NetworkSpec spec) {
    Nd4jEngine.prepare();
    return Dl4jLearner.create(spec);
  }

  /**
   * The layout of a network that DL4J describes.
   *
   * @param place what to call the JSON in messages
   * @throws InputException if it cannot be trained as it is
   */
  public static ParameterLayout dl4jLayout(String place, String json) {
    Nd4jEngine.prepare();
    return Dl4jLayout.of(Dl4jJson.network(place, json, 0));
  }

  private static Kernels kernels(Backend backend) {
    return switch (backend) {
      case CPU -> new CpuKernels();
      case ND4J -> new Nd4jKernels();
    };
  }
}
