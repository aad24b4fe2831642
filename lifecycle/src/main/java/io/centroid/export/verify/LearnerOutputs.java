package io.centroid.export.verify;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Normalisation;
import io.centroid.nn.Learner;
import io.centroid.nn.NetworkSpec;

/** A network, or a classifier of texts, on our own kernels or DL4J's. */
public final class LearnerOutputs implements Outputs {
  private final Learner learner;
  private final Normalisation normalisation;

  private LearnerOutputs(Learner learner, Normalisation normalisation) {
    this.learner = learner;
    this.normalisation = normalisation;
  }

  /** A network with these parameters. */
  public static LearnerOutputs of(
      NetworkSpec network, Normalisation normalisation, float[] parameters) {
    Learner learner = network.newLearner();
    learner.parameters().load(parameters);
    return new LearnerOutputs(learner, normalisation);
  }

  @Override
  public float[] of(Examples examples, int from, int to) {
    Batch batch = new Batch(examples.shape(), to - from);
    batch.fill(examples, normalisation, from, to);
    return learner.predict(batch);
  }

  @Override
  public void close() {
    learner.close();
  }
}
