package io.centroid.model;

/** Chooses the engine for a network. */
public final class Learners {
  private Learners() {}

  /**
   * A learner with the spec's initial parameters: the same bits on every JVM with the same native
   * library.
   */
  public static Learner create(NetworkSpec spec) {
    Nd4jEngine.prepare();
    return Dl4jLearner.create(spec);
  }
}
