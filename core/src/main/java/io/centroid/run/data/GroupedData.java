package io.centroid.run.data;

import io.centroid.data.ExampleSource;
import io.centroid.data.JoinedSource;
import io.centroid.data.Split;
import io.centroid.data.csv.CsvGroup;
import io.centroid.data.csv.CsvSource;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.NearestName;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.GroupMetrics;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * A table on which a model is evaluated, with a column whose values form groups of examples. The
 * column need not be one that the model takes.
 *
 * @param values different values of the column in the table
 */
public record GroupedData(
    ModelData data, EvaluationSet part, String column, SortedSet<String> values) {
  /** Maximum number of values: each is a pass over the table. */
  public static final int MOST_VALUES = 20;

  /**
   * Reads the column.
   *
   * @throws InputException if the data is no table, has no such column, or too many values in it
   */
  public static GroupedData of(ModelData data, EvaluationSet part, String column) {
    data.requirePart(part);
    ExampleSource source = data.sources().source();
    SortedSet<String> values = values(source, part.split(), column);
    if (values.size() > MOST_VALUES) {
      throw InputErrors.of(
          source.place(part.split()),
          "column " + NearestName.quote(column),
          "at most " + MOST_VALUES + " different values to evaluate by",
          "more; name another column, or one with ranges of its values such as 20-39");
    }
    return new GroupedData(data, part, column, values);
  }

  private static SortedSet<String> values(ExampleSource source, Split split, String column) {
    if (source instanceof JoinedSource joined) {
      SortedSet<String> values = new TreeSet<>();
      joined.sources().forEach(part -> values.addAll(values(part, split, column)));
      return values;
    }
    return table(source).values(split, column, MOST_VALUES + 1);
  }

  private static CsvSource table(ExampleSource source) {
    if (source instanceof CsvSource table) {
      return table;
    }
    throw new InputException("--by needs a table (data.format = csv)");
  }

  /**
   * Evaluates the model on the examples of each value.
   *
   * @param all evaluation of all examples of the part
   * @param cluster splits data into shards
   * @param parallelism gives the number of shards if the model does not record that of its training
   * @param progress is called after each value
   */
  public GroupMetrics evaluate(
      Evaluation all,
      Function<ShardSpec, ShardedData> cluster,
      IntSupplier parallelism,
      Runnable progress)
      throws IOException {
    SortedMap<String, Evaluation> byValue = new TreeMap<>();
    for (String value : values) {
      ExampleSource examples = only(data.sources().source(), new CsvGroup(column, value));
      byValue.put(
          value,
          new ModelData(data.model(), data.config(), data.sources().with(examples))
              .measure(part, cluster, parallelism, note -> {}));
      progress.run();
    }
    return GroupMetrics.of(column, data.classNames(), all, byValue);
  }

  private static ExampleSource only(ExampleSource source, CsvGroup group) {
    return source instanceof JoinedSource joined
        ? joined.map(part -> only(part, group))
        : table(source).only(group);
  }
}
