package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Cluster;
import io.centroid.Dataset;
import io.centroid.Model;
import io.centroid.Networks;
import io.centroid.Optimizers;
import io.centroid.Trainer;
import io.centroid.config.RunConfig;
import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Features;
import io.centroid.data.Normalization;
import io.centroid.data.Shard;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.TargetScaling;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Evaluator;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.run.data.DataChoice;
import io.centroid.run.data.DataConfiguration;
import io.centroid.run.data.DataSources;
import io.centroid.run.data.ModelData;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regressions on targets far from 0, such as prices. */
class RegressionTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final int ROWS = 400;
  private static final double SPLIT = 0.2;

  @TempDir private Path folder;

  /** A linear network reaches the least squares of the training examples, in the targets' unit. */
  @Test
  void aLinearNetworkReachesLeastSquares() throws IOException {
    RunResult result =
        train(
            "linear",
            prices(1),
            "model.hidden=[]",
            "train.epochs=40",
            "optimizer.schedule.name=cosine",
            "optimizer.learning-rate=0.05");
    LeastSquares exact = LeastSquares.of(shard(prices(1)).train());
    Examples validation = shard(prices(1)).validation();
    assertThat(exact.r2(validation)).isBetween(0.9, 0.99);
    assertThat(result.validation().get("r2")).isCloseTo(exact.r2(validation), within(1e-3));
    assertThat(Math.sqrt(loss(result)))
        .isCloseTo(Math.sqrt(exact.meanSquaredError(validation)), within(200.0));
    assertThat(result.validation().get("meanAbsoluteError"))
        .isCloseTo(exact.meanAbsoluteError(validation), within(200.0));
    assertThat(result.warning()).isNull();
    try (Model model = Model.load(folder.resolve("linear").toString())) {
      assertThat(evaluated(folder.resolve("linear")).metrics()).isEqualTo(result.validation());
      for (int i = 0; i < 20; i++) {
        float[] row = row(validation, i);
        assertThat((double) model.predict(row).value()).isCloseTo(exact.at(row), within(3_000.0));
      }
    }
  }

  @Test
  void predictionsAreTheOutputsScaledBackByHand() throws IOException {
    train("hand", prices(1), "model.hidden=[]", "train.epochs=3");
    TrainedModel trained = load("hand");
    float[] parameters = trained.parameters();
    double[] moments = moments(shard(prices(1)).train());
    JsonNode stored = manifest("hand").path("data").path("normalization").path("target");
    assertThat(stored.path("mean").asDouble()).isCloseTo(moments[0], within(1e-6 * moments[0]));
    assertThat(stored.path("deviation").asDouble())
        .isCloseTo(moments[1], within(1e-6 * moments[1]));
    assertThat(trained.normalization().targets())
        .isEqualTo(
            new TargetScaling(stored.path("mean").asDouble(), stored.path("deviation").asDouble()));
    float[] row = {3, 900};
    float[] mean = trained.normalization().mean();
    float[] scale = trained.normalization().scale();
    double output =
        parameters[0] * (row[0] - mean[0]) * scale[0]
            + parameters[1] * (row[1] - mean[1]) * scale[1]
            + parameters[2];
    try (Model model = Model.load(folder.resolve("hand").toString())) {
      assertThat((double) model.predict(row).value())
          .isCloseTo(output * moments[1] + moments[0], within(0.5));
      Dataset rows = Dataset.of(new float[][] {row}, new float[] {0});
      assertThat(model.predict(rows).values()[0]).isEqualTo(model.predict(row).value());
    }
  }

  /** Losses during training and in validation are in the same unit. */
  @Test
  void trainingLossesAreInTheUnitOfTheTargets() throws IOException {
    List<Double> losses = new ArrayList<>();
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            losses.add(result.loss());
          }
        };
    RunResult result =
        train(
            "losses",
            prices(1),
            observer,
            2,
            "model.hidden=[]",
            "train.epochs=40",
            "optimizer.schedule.name=cosine",
            "optimizer.learning-rate=0.05");
    double validation = loss(result);
    assertThat(losses.get(losses.size() - 1)).isBetween(validation / 3, validation * 3);
  }

  @Test
  void theResultDependsNeitherOnThreadsNorOnAnInterruption() throws IOException {
    String whole = train("whole", prices(1)).parametersSha256();
    assertThat(train("threads", prices(1), RunObserver.NONE, 1).parametersSha256())
        .isEqualTo(whole);
    RunObserver failing =
        new RunObserver() {
          private int rounds;

          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            rounds++;
            if (rounds == 15) {
              throw new IllegalStateException("stopped");
            }
          }
        };
    assertThatThrownBy(() -> train("resumed", prices(1), failing, 2, "checkpoint.every-rounds=4"))
        .hasMessage("stopped");
    RunResult resumed = train("resumed", prices(1));
    assertThat(resumed.parametersSha256()).isEqualTo(whole);
    assertThat(manifest("resumed").path("data")).isEqualTo(manifest("whole").path("data"));
  }

  @Test
  void noneLeavesTheTargetsAndIsAnotherTrajectory() throws IOException {
    train("none", prices(1), "data.target-normalization=none", "train.epochs=2");
    assertThat(manifest("none").path("data").path("normalization").has("target")).isFalse();
    assertThat(load("none").normalization().targets()).isEqualTo(TargetScaling.NONE);
    assertThatThrownBy(() -> train("none", prices(1), "train.epochs=3"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("data.target-normalization was none and is standardize");
  }

  @Test
  void equalTargetsAreLearned() throws IOException {
    RunResult result = train("constant", rows(1, 0, 0, 250_000, 0), "train.epochs=20");
    assertThat(result.validation()).containsOnlyKeys("meanAbsoluteError", "loss");
    assertThat(result.warning())
        .isEqualTo(
            "all training targets are 250000.0: there is nothing to learn from the features");
    try (Model model = Model.load(folder.resolve("constant").toString())) {
      assertThat(model.predict(3, 900).value()).isCloseTo(250_000f, within(1f));
    }
  }

  /** The output layer is converted to the mean and deviation of the new run's targets. */
  @Test
  void aStartFromAnotherModelPredictsWhatThatModelPredicts() throws IOException {
    train("first", prices(1), "train.epochs=5");
    train("raw", prices(1), "data.target-normalization=none", "train.epochs=1");
    Path others = prices(2);
    for (String start : List.of("first", "raw")) {
      for (String method : List.of("standardize", "none")) {
        String name = start + "-" + method;
        // The features keep their scale: their normalization belongs to each run's data.
        train(
            name,
            others,
            "data.normalization=none",
            "data.target-normalization=" + method,
            "optimizer.learning-rate=1e-30",
            "train.steps=1",
            "model.init-from=" + folder.resolve(start));
        double[] before = outputs(load(start));
        double[] after = outputs(load(name));
        for (int i = 0; i < before.length; i++) {
          assertThat(after[i]).as(name).isCloseTo(before[i], within(1e-5 * 400_000));
        }
      }
    }
  }

  private static double loss(RunResult result) {
    return Objects.requireNonNull(result.validation().get("loss"));
  }

  /** The evaluation of a stored run on its own validation examples. */
  private static Evaluation evaluated(Path run) throws IOException {
    TrainedModel model =
        TrainedModel.load(FILES, run.toString(), false, Engines.of(new CpuEngine()));
    RunConfig config = DataConfiguration.of(model, DataChoice.RECORDED);
    return ModelData.toEvaluate(model, config, FILES, false)
        .evaluate(
            EvaluationSet.VALIDATION,
            shards -> new LocalShardedData(shards, 1),
            () -> 1,
            note -> {});
  }

  /** Predictions for normalized features, independent of the normalization of the features. */
  private static double[] outputs(TrainedModel model) throws IOException {
    TrainedModel raw =
        new TrainedModel(
            model.path(),
            model.network(),
            Normalization.NONE.withTargets(model.normalization().targets()),
            model.layout(),
            model.seed(),
            model.workers(),
            model.dataKeys(),
            model.classNames(),
            model.table(),
            model.tokenizerFiles(),
            model.directory(),
            model.reader());
    try (var learner = raw.network().newLearner()) {
      learner.parameters().load(raw.parameters());
      Examples.Builder rows =
          new Examples.Builder(raw.network().input(), SourceSchema.FeatureKind.NUMBERS);
      rows.addRow(new float[] {0, 0}, 0);
      rows.addRow(new float[] {1, -1}, 0);
      rows.addRow(new float[] {-0.5f, 2}, 0);
      Batch batch = new Batch(raw.network().input(), 3);
      batch.fill(rows.build(), raw.normalization(), 0, 3);
      float[] values = Evaluator.outputs(learner, raw.normalization(), batch);
      return new double[] {values[0], values[1], values[2]};
    }
  }

  @Test
  void arraysInMemoryAreStandardized() throws IOException {
    float[][] rows = new float[300][];
    float[] targets = new float[rows.length];
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {(float) random.nextDouble()};
      targets[i] = 1_000_000 + 50_000 * rows[i][0];
    }
    try (Model model =
        Trainer.of(Networks.mlp(1, 1))
            .optimizer(Optimizers.adamW(0.05))
            .epochs(30)
            .on(Cluster.threads(2))
            .train(Dataset.of(rows, targets))) {
      assertThat(model.predict(0.5f).value()).isCloseTo(1_025_000f, within(500f));
      Evaluation evaluation = model.evaluate(Dataset.of(rows, targets));
      assertThat(evaluation.r2()).isGreaterThan(0.999);
    }
  }

  private RunResult train(String name, Path data, String... settings) throws IOException {
    return train(name, data, RunObserver.NONE, 2, settings);
  }

  private RunResult train(
      String name, Path data, RunObserver observer, int threads, String... settings)
      throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "run.dir=" + folder.resolve(name),
                "data.format=csv",
                "data.path=" + data,
                "data.csv.target=price",
                "data.csv.features=numbers",
                "data.normalization=standardize",
                "data.validation-split=" + SPLIT,
                "model.loss=mean-squared-error",
                "model.hidden=[8]",
                "checkpoint.metric=loss",
                "checkpoint.every-rounds=0",
                "train.workers=3",
                "train.batch-size=16",
                "train.local-steps=2",
                "train.epochs=8",
                "optimizer.name=adamw",
                "optimizer.learning-rate=0.02"));
    all.addAll(List.of(settings));
    return new TrainingRun(
            RunConfig.load(null, all),
            FILES,
            Engines.CPU,
            spec -> new LocalShardedData(spec, threads),
            observer)
        .execute();
  }

  private TrainedModel load(String name) throws IOException {
    return TrainedModel.load(FILES, folder.resolve(name).toString(), false, Engines.CPU);
  }

  private JsonNode manifest(String name) throws IOException {
    Path checkpoint = Path.of(java.net.URI.create(hadoopUri(load(name).path())));
    return new ObjectMapper().readTree(checkpoint.resolve("manifest.json").toFile());
  }

  private static String hadoopUri(String path) {
    return path.startsWith("file:///") ? path : path.replaceFirst("^file:", "file://");
  }

  private Path prices(long seed) throws IOException {
    return rows(seed, 40_000, 90 * seed, 150_000 * seed, 12_000);
  }

  /** price = a * rooms + b * area + c, and a random part. */
  private Path rows(long seed, double a, double b, double c, double spread) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder("rooms,area,price\n");
    for (int row = 0; row < ROWS; row++) {
      float rooms = 1 + random.nextInt(6);
      float area = (float) (300 + 2_000 * random.nextDouble());
      double price = a * rooms + b * area + c + spread * 2 * (random.nextDouble() - 0.5) * 1.7;
      text.append(rooms).append(',').append(area).append(',').append((float) price).append('\n');
    }
    return Files.writeString(folder.resolve("prices-" + seed + "-" + (long) a + ".csv"), text);
  }

  /** The whole table as one shard; the validation examples are those of any number of workers. */
  private static Shard shard(Path data) {
    RunConfig config =
        RunConfig.load(
            null,
            List.of(
                "data.format=csv",
                "data.path=" + data,
                "data.csv.target=price",
                "data.csv.features=numbers",
                "model.loss=mean-squared-error"));
    return Shard.read(
        DataSources.of(config.data(), config.model().loss(), FILES).source(),
        Split.TRAIN,
        config.train().seed(),
        SPLIT,
        0,
        1);
  }

  private static float[] row(Examples examples, int i) {
    float[] values = ((Features.Numbers) examples.features()).values();
    return new float[] {values[2 * i], values[2 * i + 1]};
  }

  /** Mean and deviation of the targets. */
  private static double[] moments(Examples examples) {
    double mean = 0;
    for (int i = 0; i < examples.count(); i++) {
      mean += examples.target(i) / (double) examples.count();
    }
    double squares = 0;
    for (int i = 0; i < examples.count(); i++) {
      squares += Math.pow(examples.target(i) - mean, 2);
    }
    return new double[] {mean, Math.sqrt(squares / examples.count())};
  }

  /** The closed-form least squares of two features and an intercept, by the normal equations. */
  private record LeastSquares(double[] weights) {
    static LeastSquares of(Examples examples) {
      double[][] equations = new double[3][4];
      for (int i = 0; i < examples.count(); i++) {
        float[] row = row(examples, i);
        double[] x = {row[0], row[1], 1};
        for (int j = 0; j < 3; j++) {
          for (int k = 0; k < 3; k++) {
            equations[j][k] += x[j] * x[k];
          }
          equations[j][3] += x[j] * examples.target(i);
        }
      }
      return new LeastSquares(solve(equations));
    }

    private static double[] solve(double[][] m) {
      for (int pivot = 0; pivot < 3; pivot++) {
        for (int other = 0; other < 3; other++) {
          if (other == pivot) {
            continue;
          }
          double factor = m[other][pivot] / m[pivot][pivot];
          for (int k = pivot; k < 4; k++) {
            m[other][k] -= factor * m[pivot][k];
          }
        }
      }
      return new double[] {m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2]};
    }

    double at(float[] row) {
      return weights[0] * row[0] + weights[1] * row[1] + weights[2];
    }

    double meanSquaredError(Examples examples) {
      double sum = 0;
      for (int i = 0; i < examples.count(); i++) {
        sum += Math.pow(at(row(examples, i)) - examples.target(i), 2);
      }
      return sum / examples.count();
    }

    double meanAbsoluteError(Examples examples) {
      double sum = 0;
      for (int i = 0; i < examples.count(); i++) {
        sum += Math.abs(at(row(examples, i)) - examples.target(i));
      }
      return sum / examples.count();
    }

    double r2(Examples examples) {
      double deviation = moments(examples)[1];
      return 1 - meanSquaredError(examples) / (deviation * deviation);
    }
  }
}
