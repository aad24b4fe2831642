package io.centroid.model;

import io.centroid.kernels.CpuKernels;
import io.centroid.kernels.Kernels;
import io.centroid.kernels.Nd4jKernels;

/** Chooses the engine for a network. */
public final class Learners {
  private Learners() {}

  /**
   * A learner with the spec's initial parameters: the same bits on every JVM with the same native
   * library. Networks of plain dense layers run on kernels of our own, all others on DL4J.
   */
  public static Learner create(NetworkSpec spec) {
    Dl4jLearner reference = dl4j(spec);
    return DenseLearner.inPlaceOf(reference, spec, kernels(spec.backend()))
        .map(Learner.class::cast)
        .orElse(reference);
  }

  /** A learner on DL4J, whatever the network. */
  static Dl4jLearner dl4j(NetworkSpec spec) {
    Nd4jEngine.prepare();
    return Dl4jLearner.create(spec);
  }

  private static Kernels kernels(Backend backend) {
    return switch (backend) {
      case CPU -> new CpuKernels();
      case ND4J -> new Nd4jKernels();
    };
  }
}
