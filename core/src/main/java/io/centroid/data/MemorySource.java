package io.centroid.data;

import io.centroid.error.InputException;
import java.util.OptionalLong;

/**
 * Rows of numbers in memory. It travels to executors whole: data of more than some megabytes
 * belongs in files. The key of an example is its row number. Immutable: the arrays must not change.
 */
public final class MemorySource implements ExampleSource {
  private static final long serialVersionUID = 1L;

  private final float[][] rows;
  private final float[] targets;

  /**
   * A data set to train on.
   *
   * @param rows values of each example, all of one length
   * @param targets class number or regression target of each example
   * @throws InputException if the numbers of rows and targets differ, there are none, the first row
   *     is empty, a row has another length, or a value is not finite
   */
  public MemorySource(float[][] rows, float[] targets) {
    if (rows.length == 0 || rows.length != targets.length) {
      throw new InputException(
          "data must have at least one example and a target for each: "
              + rows.length
              + " examples, "
              + targets.length
              + " targets");
    }
    for (int i = 0; i < rows.length; i++) {
      require(rows[i].length > 0, i, "no values");
      require(rows[i].length == rows[0].length, i, "a length other than the first");
      for (float value : rows[i]) {
        require(Float.isFinite(value), i, "a value that is not finite");
      }
      require(Float.isFinite(targets[i]), i, "a target that is not finite");
    }
    this.rows = rows;
    this.targets = targets;
  }

  private static void require(boolean holds, int row, String found) {
    if (!holds) {
      throw new InputException("data: example " + row + " has " + found);
    }
  }

  @Override
  public SourceSchema schema(Split split) {
    return new SourceSchema(
        InputShape.row(rows[0].length),
        SourceSchema.FeatureKind.NUMBERS,
        OptionalLong.of(split == Split.TRAIN ? rows.length : 0),
        true);
  }

  @Override
  public String place(Split split) {
    return "the examples in memory";
  }

  @Override
  public String keyName() {
    return "row";
  }

  @Override
  public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
    if (split != Split.TRAIN) {
      return;
    }
    ShardPlan plan = new ShardPlan(seed, workers, rows.length, (long) Float.BYTES * rows[0].length);
    for (ShardPlan.Range range : plan.ranges(worker)) {
      for (long row = range.from(); row < range.to(); row++) {
        sink.row(row, rows[(int) row], targets[(int) row]);
      }
    }
  }
}
