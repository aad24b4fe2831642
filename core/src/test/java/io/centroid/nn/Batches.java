package io.centroid.nn;

import io.centroid.data.Batch;
import io.centroid.data.DataSummary;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import java.util.List;
import java.util.SplittableRandom;

/** Creates batches for tests. */
public final class Batches {
  private Batches() {}

  /** Random rows; targets are class indices, or real numbers for mean squared error. */
  public static Batch random(NetworkSpec spec, int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] rows = new float[size][spec.input().size()];
    float[] targets = new float[size];
    for (int row = 0; row < size; row++) {
      for (int i = 0; i < rows[row].length; i++) {
        rows[row][i] = (float) (random.nextDouble() * 2 - 1);
      }
      targets[row] =
          switch (spec.loss()) {
            case CROSS_ENTROPY -> random.nextInt(spec.outputs());
            case BINARY_CROSS_ENTROPY -> random.nextInt(2);
            case MEAN_SQUARED_ERROR -> (float) random.nextDouble();
          };
    }
    return of(spec.input(), rows, targets);
  }

  public static Batch of(InputShape shape, float[][] rows, float[] targets) {
    Examples.Builder examples = new Examples.Builder(shape, SourceSchema.FeatureKind.NUMBERS);
    for (int row = 0; row < rows.length; row++) {
      examples.addRow(rows[row], targets[row]);
    }
    Batch batch = new Batch(shape, rows.length);
    Normalization none = Normalization.of(Normalization.Method.NONE, new DataSummary(List.of()));
    batch.fill(examples.build(), none, 0, rows.length);
    return batch;
  }
}
