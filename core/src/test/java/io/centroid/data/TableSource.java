package io.centroid.data;

import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * A source of rows of random numbers, assigned to workers round-robin. The first value of a row is
 * its number. The class or target is a learnable function of the other values.
 */
public record TableSource(int train, int test, int columns, int classes) implements ExampleSource {

  @Override
  public SourceSchema schema(Split split) {
    return new SourceSchema(
        InputShape.row(columns),
        SourceSchema.FeatureKind.NUMBERS,
        OptionalLong.of(count(split)),
        true);
  }

  @Override
  public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
    for (int row = worker; row < count(split); row += workers) {
      float[] values = values(split, row);
      sink.row(row, values, target(values));
    }
  }

  /** A row's values. */
  public float[] values(Split split, int row) {
    SplittableRandom random = new SplittableRandom(row * 2L + split.ordinal());
    float[] values = new float[columns];
    values[0] = row * 1e-3f;
    for (int i = 1; i < columns; i++) {
      values[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return values;
  }

  /** The class of a row, or its real target if there are no classes. */
  public float target(float[] values) {
    float sum = 0;
    for (int i = 1; i < columns; i++) {
      sum += values[i] * i;
    }
    return classes == 0 ? sum : Math.floorMod((int) Math.floor(sum), classes);
  }

  private int count(Split split) {
    return split == Split.TRAIN ? train : test;
  }
}
