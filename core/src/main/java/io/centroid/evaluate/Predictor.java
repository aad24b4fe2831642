package io.centroid.evaluate;

import io.centroid.data.Batch;
import io.centroid.data.ExampleSink;
import io.centroid.data.Examples;
import io.centroid.data.SourceSchema;
import io.centroid.error.InputException;
import io.centroid.io.ArrayGrowth;
import io.centroid.nn.Learner;
import java.util.Arrays;

/**
 * A sink that predicts the examples it receives, batch by batch, and keeps only the predictions.
 */
public final class Predictor implements ExampleSink {
  private static final int ROWS = 256;

  private final Learner learner;
  private final Scoring scoring;
  private final SourceSchema schema;
  private final Batch batch;
  private Examples.Builder pending;
  private int rows;
  private long[] keys = new long[1024];
  private float[] values = new float[1024];
  private int count;
  private long truncated;
  private long empty;

  /**
   * Creates a predictor.
   *
   * @param learner learner with the model's parameters
   */
  public Predictor(Learner learner, Scoring scoring, SourceSchema schema) {
    this.learner = learner;
    this.scoring = scoring;
    this.schema = schema;
    this.batch = new Batch(schema.shape(), ROWS);
    this.pending = new Examples.Builder(schema.shape(), schema.kind());
  }

  @Override
  public void image(long key, byte[] pixels, int offset, float target) {
    pending.addImage(pixels, offset, target);
    taken(key);
  }

  @Override
  public void row(long key, float[] row, float target) {
    pending.addRow(row, target);
    taken(key);
  }

  @Override
  public void span(long key, boolean validation, int[] tokens, int length) {
    throw new InputException("predict does not support language models; use generate");
  }

  @Override
  public void text(long key, int[] tokens, int length, float target) {
    pending.addText(tokens, length, target);
    taken(key);
  }

  @Override
  public void truncated() {
    truncated++;
  }

  @Override
  public void empty() {
    empty++;
  }

  /** All predictions so far, the last partial batch included. */
  public Predictions predictions() {
    flush();
    return new Predictions(
        Arrays.copyOf(keys, count),
        Arrays.copyOf(values, count),
        new ExampleSink.TextCounts(truncated, empty));
  }

  private void taken(long key) {
    if (count + rows == keys.length) {
      keys = Arrays.copyOf(keys, ArrayGrowth.grown(keys.length, keys.length + 1L));
      values = Arrays.copyOf(values, ArrayGrowth.grown(values.length, values.length + 1L));
    }
    keys[count + rows] = key;
    rows++;
    if (rows == ROWS) {
      flush();
    }
  }

  private void flush() {
    if (rows == 0) {
      return;
    }
    batch.fill(pending.build(), scoring.normalization(), 0, rows);
    float[] outputs = Evaluator.outputs(learner, scoring.normalization(), batch);
    for (int row = 0; row < rows; row++) {
      values[count + row] =
          Evaluator.prediction(scoring.network().loss(), outputs, row, learner.outputs());
    }
    count += rows;
    rows = 0;
    pending = new Examples.Builder(schema.shape(), schema.kind());
  }
}
