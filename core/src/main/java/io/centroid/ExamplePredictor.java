package io.centroid;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.evaluate.Evaluator;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A trained network in this JVM that predicts examples in memory. Not thread-safe. */
final class ExamplePredictor implements AutoCloseable {
  private static final int ROWS = 256;

  private final TrainedModel trained;
  private final Learner learner;

  private ExamplePredictor(TrainedModel trained, Learner learner) {
    this.trained = trained;
    this.learner = learner;
  }

  /** Loads the parameters. */
  static ExamplePredictor of(TrainedModel trained) throws IOException {
    Learner learner = trained.network().newLearner();
    try {
      trained.requireLayout(learner.layout());
      learner.parameters().load(trained.parameters());
      return new ExamplePredictor(trained, learner);
    } catch (IOException | RuntimeException | Error e) {
      learner.close();
      throw e;
    }
  }

  /** One prediction per example, in order. */
  List<Prediction> predict(Examples examples) {
    Batch batch = new Batch(examples.shape(), ROWS);
    List<Prediction> predictions = new ArrayList<>();
    for (int from = 0; from < examples.count(); from += ROWS) {
      batch.fill(examples, trained.normalization(), from, Math.min(from + ROWS, examples.count()));
      float[] outputs = Evaluator.outputs(learner, trained.normalization(), batch);
      for (int row = 0; row < batch.size(); row++) {
        int start = row * learner.outputs();
        predictions.add(prediction(Arrays.copyOfRange(outputs, start, start + learner.outputs())));
      }
    }
    return predictions;
  }

  private Prediction prediction(float[] outputs) {
    Loss loss = trained.network().loss();
    float[] scores =
        loss == Loss.BINARY_CROSS_ENTROPY ? new float[] {1 - outputs[0], outputs[0]} : outputs;
    float value = Evaluator.prediction(loss, outputs, 0, outputs.length);
    List<String> names = trained.classNames();
    return new Prediction(
        value, scores, names.isEmpty() ? Optional.empty() : Optional.of(names.get((int) value)));
  }

  @Override
  public void close() {
    learner.close();
  }
}
