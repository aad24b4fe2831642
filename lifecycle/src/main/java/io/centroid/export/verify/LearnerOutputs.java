package io.centroid.export.verify;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Normalization;
import io.centroid.evaluate.Evaluator;
import io.centroid.nn.Learner;
import io.centroid.nn.NetworkSpec;

/** Outputs of a network or text classifier on Centroid's kernels or DL4J's. */
public final class LearnerOutputs implements Outputs {
  private final Learner learner;
  private final Normalization normalization;

  private LearnerOutputs(Learner learner, Normalization normalization) {
    this.learner = learner;
    this.normalization = normalization;
  }

  /** The outputs of a network with the given parameters. */
  public static LearnerOutputs of(
      NetworkSpec network, Normalization normalization, float[] parameters) {
    Learner learner = network.newLearner();
    learner.parameters().load(parameters);
    return new LearnerOutputs(learner, normalization);
  }

  @Override
  public float[] of(Examples examples, int from, int to) {
    Batch batch = new Batch(examples.shape(), to - from);
    batch.fill(examples, normalization, from, to);
    return Evaluator.outputs(learner, normalization, batch);
  }

  @Override
  public void close() {
    learner.close();
  }
}
