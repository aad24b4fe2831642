package io.centroid.retrain.comparison;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Scoring;
import io.centroid.model.TrainedModel;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Evaluates models on the same examples, distributed over the workers. */
public final class ModelComparison {
  private final Function<ShardSpec, ShardedData> cluster;
  private final long seed;
  private final int workers;

  public ModelComparison(Function<ShardSpec, ShardedData> cluster, long seed, int workers) {
    this.cluster = cluster;
    this.seed = seed;
    this.workers = workers;
  }

  /** Evaluates a model on all examples of a source and scores each example. */
  public ScoredModel onAll(ExampleSource source, TrainedModel model) throws IOException {
    Scoring scoring = new Scoring(model.network(), model.normalization());
    float[] parameters = model.parameters();
    try (ShardedData data = cluster.apply(new ShardSpec(source, seed, 0, workers))) {
      requireFit(source, model, data.survey(Split.TRAIN).classes());
      Evaluation evaluation = data.evaluate(scoring, EvaluationSet.TRAIN, parameters);
      Predictions predictions = data.predict(scoring, Split.TRAIN, parameters);
      return new ScoredModel(evaluation, scores(source, model, predictions));
    }
  }

  /** Evaluates a model on the held-out examples of a source; empty if there are none. */
  public Evaluation onHeldOut(ExampleSource source, double validationSplit, TrainedModel model)
      throws IOException {
    Scoring scoring = new Scoring(model.network(), model.normalization());
    try (ShardedData data = cluster.apply(new ShardSpec(source, seed, validationSplit, workers))) {
      requireFit(source, model, data.survey(Split.TRAIN).classes());
      return data.evaluate(scoring, EvaluationSet.VALIDATION, model.parameters());
    }
  }

  /** The number of examples that a model predicts for each class; empty for a regression. */
  public long[] predictedClasses(ExampleSource source, TrainedModel model) throws IOException {
    int classes = model.network().classes();
    long[] counts = new long[classes];
    if (classes == 0) {
      return counts;
    }
    Scoring scoring = new Scoring(model.network(), model.normalization());
    try (ShardedData data = cluster.apply(new ShardSpec(source, seed, 0, workers))) {
      for (float value : data.predict(scoring, Split.TRAIN, model.parameters()).values()) {
        counts[(int) value]++;
      }
    }
    return counts;
  }

  private static void requireFit(ExampleSource source, TrainedModel model, int classes) {
    int wanted = model.network().input().size();
    int found = source.schema(Split.TRAIN).shape().size();
    if (found != wanted) {
      throw new InputException(
          "%s: an example has %s values, expected %s, the input size of %s"
              .formatted(source.place(Split.TRAIN), found, wanted, model.path()));
    }
    if (model.network().classes() > 0 && classes > model.network().classes()) {
      throw new InputException(
          "%s: found label %s, expected 0..%s, the classes of %s (set data.classes to the number of possible classes)"
              .formatted(
                  source.place(Split.TRAIN),
                  classes - 1,
                  model.network().classes() - 1,
                  model.path()));
    }
  }

  private double[] scores(ExampleSource source, TrainedModel model, Predictions predictions) {
    TreeMap<Long, Float> targets = new TreeMap<>();
    source.read(Split.TRAIN, seed, 0, 1, new Targets(targets));
    long[] keys = predictions.keys();
    double[] scores = new double[keys.length];
    int i = 0;
    for (Map.Entry<Long, Float> target : targets.entrySet()) {
      if (i >= keys.length || keys[i] != target.getKey()) {
        throw new IllegalStateException("predictions and targets belong to different examples");
      }
      double error = predictions.values()[i] - target.getValue();
      scores[i++] = model.network().loss().classifies() ? (error == 0 ? 1 : 0) : -error * error;
    }
    return scores;
  }

  private record Targets(Map<Long, Float> targets) implements ExampleSink {
    @Override
    public void image(long key, byte[] pixels, int offset, float target) {
      targets.put(key, target);
    }

    @Override
    public void row(long key, float[] values, float target) {
      targets.put(key, target);
    }

    @Override
    public void span(long key, boolean validation, int[] tokens, int length) {
      throw new InputException("retrain: a corpus of tokens has no targets to compare");
    }

    @Override
    public void text(long key, int[] tokens, int length, float target) {
      targets.put(key, target);
    }
  }
}
