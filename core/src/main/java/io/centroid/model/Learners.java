package io.centroid.model;

/** Makes learners. */
public final class Learners {
  private Learners() {}

  /** A learner of the spec's engine, with the spec's initial parameters. */
  public static Learner create(NetworkSpec spec) {
    return spec.engine().create(spec);
  }
}
