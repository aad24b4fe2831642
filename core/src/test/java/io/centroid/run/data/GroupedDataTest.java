package io.centroid.run.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.Cluster;
import io.centroid.Dataset;
import io.centroid.Network;
import io.centroid.Networks;
import io.centroid.Optimizers;
import io.centroid.Trainer;
import io.centroid.config.RunConfig;
import io.centroid.data.csv.CsvGroup;
import io.centroid.data.csv.CsvSource;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.GroupMetrics;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.train.LocalShardedData;
import io.centroid.train.worker.EvaluationSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model that says yes to positive numbers, on tables with columns that it does not take. */
class GroupedDataTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir private Path folder;
  private Path run;

  @BeforeEach
  void train() throws IOException {
    run = folder.resolve("run");
    StringBuilder rows = new StringBuilder("x,class\n");
    for (int i = 1; i <= 100; i++) {
      rows.append(i % 2 == 0 ? i : -i).append(',').append(i % 2 == 0 ? "yes" : "no").append('\n');
    }
    train(rows.toString(), "class", Networks.mlp(1, 4, 2));
  }

  @Test
  void oneGroupIsWorse() throws IOException {
    Path test = Files.writeString(folder.resolve("test.csv"), regions());
    GroupMetrics metrics = evaluate(test, EvaluationSet.TEST, "region");
    assertThat(metrics.column()).isEqualTo("region");
    assertThat(metrics.positive()).isEqualTo("yes");
    assertThat(metrics.groups())
        .extracting(GroupMetrics.Group::value)
        .containsExactly("(missing)", "Süd, \"x\"\n|", "north", "(other)");
    assertThat(metrics.all().examples()).isEqualTo(64);
    assertThat(metrics.all().metrics()).containsEntry("accuracy", 55.0 / 64);
    assertGroup(metrics.groups().get(0), 12, Map.of("accuracy", 1.0, "positiveRate", 0.0));
    assertGroup(
        metrics.groups().get(1),
        20,
        Map.of("accuracy", 0.7, "positiveRate", 0.5, "precision", 0.8, "recall", 8.0 / 12));
    assertGroup(
        metrics.groups().get(2),
        20,
        Map.of("accuracy", 1.0, "positiveRate", 0.5, "precision", 1.0, "recall", 1.0));
    assertGroup(
        metrics.groups().get(3),
        12,
        Map.of("accuracy", 0.75, "positiveRate", 0.25, "precision", 0.0));
    assertThat(metrics.gap())
        .contains(new GroupMetrics.Gap("accuracy", "Süd, \"x\"\n|", 0.7, "north", 1.0));
  }

  /** Of any part, by columns that the model takes and that it does not, and by the target. */
  @ParameterizedTest
  @EnumSource
  void groupsAddUpToTheWhole(EvaluationSet part) throws IOException {
    Path test = Files.writeString(folder.resolve("test.csv"), regions());
    ModelData data = data(test, part, List.of("data.validation-split=0.4"));
    Evaluation all = whole(data, part);
    assertThat(all.examples()).isBetween(10L, part == EvaluationSet.TEST ? 64L : 54L);
    for (String column : List.of("region", "x", "class", "age")) {
      Evaluation sum = Evaluation.empty(0);
      for (String value : GroupedData.of(data, part, column).values()) {
        CsvSource rows = ((CsvSource) data.sources().source()).only(new CsvGroup(column, value));
        Evaluation group =
            new ModelData(data.model(), data.config(), data.sources().with(rows))
                .measure(part, spec -> new LocalShardedData(spec, 2), () -> 2, note -> {});
        assertThat(group.examples()).isLessThan(all.examples());
        sum = sum.merge(group);
      }
      assertThat(sum.examples()).as(column).isEqualTo(all.examples());
      assertThat(sum.confusion()).as(column).isDeepEqualTo(all.confusion());
      assertThat(sum.lossSum()).isCloseTo(all.lossSum(), within(1e-9 * all.lossSum()));
    }
  }

  @Test
  void partsOfATableAreGroupedTogether() throws IOException {
    String[] rows = regions().split("\n(?=[-0-9])");
    List<String> first = new ArrayList<>(List.of(rows[0]));
    List<String> second = new ArrayList<>(List.of(rows[0]));
    for (int row = 1; row < rows.length; row++) {
      (row % 3 == 0 ? first : second).add(rows[row].strip());
    }
    Files.writeString(folder.resolve("a.csv"), String.join("\n", first) + "\n");
    Files.writeString(folder.resolve("b.csv"), String.join("\n", second) + "\n");
    List<String> parts = List.of("data.parts=[a.csv, b.csv]", "data.validation-split=0");
    ModelData data = data(folder, EvaluationSet.TRAIN, parts);
    GroupMetrics metrics = evaluate(data, EvaluationSet.TRAIN, "region");
    Path test = Files.writeString(folder.resolve("test.csv"), regions());
    GroupMetrics whole = evaluate(test, EvaluationSet.TEST, "region");
    assertThat(metrics.groups()).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(metrics.groups().get(i).value()).isEqualTo(whole.groups().get(i).value());
      assertThat(metrics.groups().get(i).examples()).isEqualTo(whole.groups().get(i).examples());
      assertThat(metrics.groups().get(i).metric("accuracy"))
          .isEqualTo(whole.groups().get(i).metric("accuracy"));
    }
  }

  @Test
  void aRegressionHasErrorsByGroup() throws IOException {
    StringBuilder rows = new StringBuilder("x,price\n");
    for (int i = 0; i < 200; i++) {
      rows.append(i % 20).append(',').append(3 * (i % 20)).append('\n');
    }
    run = folder.resolve("prices");
    train(rows.toString(), "price", Networks.mlp(1, 1));
    StringBuilder test = new StringBuilder("kind,x,price\n");
    for (int i = 0; i < 40; i++) {
      int error = i % 2 == 0 ? 0 : i % 4 == 1 ? 4 : -4;
      test.append(i % 2 == 0 ? "flat" : "house").append(',').append(i % 20).append(',');
      test.append(3 * (i % 20) + error).append('\n');
    }
    Path file = Files.writeString(folder.resolve("test.csv"), test);
    GroupMetrics metrics = evaluate(file, EvaluationSet.TEST, "kind");
    assertThat(metrics.groups()).extracting(GroupMetrics.Group::examples).containsExactly(20L, 20L);
    assertThat(value(metrics, 0, "meanAbsoluteError")).isCloseTo(0, within(0.3));
    assertThat(value(metrics, 1, "meanAbsoluteError")).isCloseTo(4, within(0.3));
    assertThat(value(metrics, 1, "rmse")).isCloseTo(4, within(0.3));
    assertThat(metrics.gap().orElseThrow().worst()).isEqualTo("house");
  }

  @Test
  void columnsThatFormNoGroupsAreRefusedInOneLineWithoutTheirContent() throws IOException {
    Path test = Files.writeString(folder.resolve("test.csv"), regions());
    assertRefused(
        () -> evaluate(test, EvaluationSet.TEST, "regoin"),
        test
            + ": line 1: no column 'regoin', which --by names; did you mean 'region'? The columns"
            + " are 'x', 'region', 'age', 'class', 'secret'");
    assertRefused(
        () -> evaluate(test, EvaluationSet.TEST, "secret"),
        test
            + ": column 'secret': expected at most 20 different values to evaluate by, found more;"
            + " name another column, or one with ranges of its values such as 20-39");
    Path twice = Files.writeString(folder.resolve("twice.csv"), "x,class,a,a\n1,yes,2,3\n");
    assertRefused(
        () -> evaluate(twice, EvaluationSet.TEST, "a"),
        twice + ": line 1, column 4: duplicate column 'a', expected one");
    assertRefused(
        () ->
            GroupedData.of(
                data(test, EvaluationSet.TRAIN, List.of()), EvaluationSet.TEST, "region"),
        test + ": found no labeled test examples");
    Files.writeString(folder.resolve("bad.csv"), "x,class,a\n1,yes,\"open\n");
    assertThatThrownBy(() -> evaluate(folder.resolve("bad.csv"), EvaluationSet.TEST, "a"))
        .isInstanceOf(InputException.class)
        .message()
        .startsWith(folder.resolve("bad.csv") + ": line 2, column 3: a quoted field must end")
        .doesNotContain("open");
  }

  @Test
  void onlyTablesHaveColumns() throws IOException {
    run = folder.resolve("digits");
    Trainer.of(Networks.mlp(784, 10))
        .checkpointTo(run.toString())
        .on(Cluster.threads(1))
        .epochs(1)
        .train(Dataset.digits(50, 20))
        .close();
    TrainedModel model = model();
    RunConfig config = DataConfiguration.of(model, DataChoice.NONE);
    ModelData data = ModelData.toEvaluate(model, config, FILES, false);
    assertRefused(
        () -> GroupedData.of(data, EvaluationSet.TEST, "label"),
        "--by needs a table (data.format = csv)");
  }

  /**
   * 64 rows. A region with umlaut, quotes and a line break has 6 errors of 20; the missing ones, in
   * four spellings, have none of 12; two regions are small, of which that of 3 has only errors.
   */
  private static String regions() {
    StringBuilder rows = new StringBuilder("x,region,age,class,secret\n");
    for (int i = 0; i < 64; i++) {
      boolean isPositive = i < 40 ? i % 2 == 0 : i >= 61;
      boolean isWrong = (i < 20 && (i == 0 || i == 2 || i % 4 == 1 && i < 16)) || i >= 61;
      String region =
          i < 20
              ? "\"Süd, \"\"x\"\"\n|\""
              : i < 40
                  ? " north "
                  : i < 52 ? List.of("", "NA", "?", "null").get(i % 4) : i < 61 ? "west" : "east";
      rows.append(isPositive ? 9 : -9).append(',').append(region).append(',').append(i % 4);
      rows.append(',').append(isPositive != isWrong ? "yes" : "no").append(",s").append(i);
      rows.append('\n');
    }
    return rows.toString();
  }

  private static void assertGroup(
      GroupMetrics.Group group, long examples, Map<String, Double> metrics) {
    assertThat(group.examples()).isEqualTo(examples);
    assertThat(group.metric("loss").orElseThrow()).isPositive();
    assertThat(group.metrics()).hasSize(metrics.size() + 1).containsAllEntriesOf(metrics);
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(InputException.class)
        .message()
        .startsWith(message)
        .doesNotContain("\n", "s0", "s1", "north");
  }

  private static double value(GroupMetrics metrics, int group, String name) {
    return metrics.groups().get(group).metric(name).orElseThrow();
  }

  private GroupMetrics evaluate(Path file, EvaluationSet part, String column) throws IOException {
    return evaluate(data(file, part, List.of()), part, column);
  }

  private static GroupMetrics evaluate(ModelData data, EvaluationSet part, String column)
      throws IOException {
    return GroupedData.of(data, part, column)
        .evaluate(whole(data, part), spec -> new LocalShardedData(spec, 2), () -> 2, () -> {});
  }

  private static Evaluation whole(ModelData data, EvaluationSet part) throws IOException {
    return data.evaluate(part, spec -> new LocalShardedData(spec, 2), () -> 2, note -> {});
  }

  private ModelData data(Path path, EvaluationSet part, List<String> more) throws IOException {
    List<String> overrides = new ArrayList<>(List.of("data.path=" + path));
    overrides.addAll(more);
    TrainedModel model = model();
    RunConfig config = DataConfiguration.of(model, DataChoice.named(overrides));
    return ModelData.toEvaluate(model, config, FILES, part == EvaluationSet.TEST);
  }

  private TrainedModel model() throws IOException {
    return TrainedModel.load(FILES, run.toString(), false, Engines.CPU);
  }

  private void train(String rows, String target, Network network) throws IOException {
    Path table = Files.writeString(folder.resolve("train.csv"), rows);
    Trainer.of(network)
        .optimizer(Optimizers.adamW(0.05))
        .checkpointTo(run.toString())
        .workers(2)
        .batchSize(10)
        .epochs(40)
        .on(Cluster.threads(2))
        .train(Dataset.csv(table.toString(), target))
        .close();
  }
}
