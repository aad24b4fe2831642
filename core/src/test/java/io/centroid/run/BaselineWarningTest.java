package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Cluster;
import io.centroid.Dataset;
import io.centroid.Networks;
import io.centroid.Trainer;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.data.Normalization;
import io.centroid.data.Split;
import io.centroid.data.digits.DigitsSource;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.io.HadoopFiles;
import io.centroid.memory.PeakMemory;
import io.centroid.nn.Engines;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.CarriedState;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundCost;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that learn nothing, and tables with too many classes. */
class BaselineWarningTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir private Path folder;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void writeTable() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("x1,x2,label,shuffled,y\n");
    for (int row = 0; row < 600; row++) {
      int label = random.nextInt(3);
      double x1 = 20_000 * (label + random.nextDouble());
      double x2 = 50 + 10 * random.nextDouble();
      text.append((float) x1).append(',').append((float) x2).append(',').append(label);
      text.append(',').append(random.nextInt(3)).append(',').append((float) (5 * x1 + x2));
      text.append('\n');
    }
    Files.writeString(folder.resolve("table.csv"), text);
  }

  @Test
  void aRunThatLearnsHasNoWarning() throws IOException {
    RunResult result = classify("label");
    assertThat(result.validation().get("accuracy")).isGreaterThan(0.9);
    assertThat(result.warning()).isNull();
    assertThat(warnings).isEmpty();
    assertThat(Files.readString(folder.resolve("run/result.json"))).doesNotContain("warning");
    assertThat(regress().warning()).isNull();
  }

  @Test
  void aWarningIsInTheResultAndOfAFinishedRunAsWell() throws IOException {
    RunResult result = classify("label", "optimizer.learning-rate=1e-9");
    assertThat(result.warning())
        .startsWith(
            "the model is no better than always predicting the most frequent class (validation"
                + " accuracy ")
        .contains("likely reasons: (1) optimizer.learning-rate = 1.0E-9 is too low");
    assertThat(warnings).containsExactly(result.warning());
    assertThat(
            RunResult.parse("result.json", Files.readAllBytes(folder.resolve("run/result.json")))
                .warning())
        .isEqualTo(result.warning());
    assertThat(classify("label", "optimizer.learning-rate=1e-9")).isEqualTo(result);
    assertThat(warnings).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.normalization=none optimizer.name=sgd | data.normalization = none leaves values of"
            + " about",
        "data.csv.target=shuffled train.epochs=25 | labels that do not belong to the features",
      })
  void theLikeliestReasonComesFirst(String settings, String reason) throws IOException {
    RunResult result = classify("label", settings.split(" "));
    String warning = Objects.requireNonNull(result.warning());
    assertThat(warning).contains(reason);
    assertThat(warning.indexOf("(1)"))
        .isGreaterThan(warning.indexOf("reasons") - 1)
        .isLessThan(warning.indexOf(reason));
    assertThat(warning.indexOf("(2)"))
        .satisfiesAnyOf(
            second -> assertThat(second).isNegative(),
            second -> assertThat(second).isGreaterThan(warning.indexOf(reason)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "99   | 10   | 0.1 is too high: the training loss rose from 1.000 to 99.00; (2) labels",
        "5    | 1000 | 0.1 is too high: the training loss rose from 1.000 to 5.000; (2) labels",
        "1.01 | 1000 | 0.1 is too low, or so high that units died: the training loss stayed at"
            + " 1.01",
        "0.9  | 50    | (1) too few steps: 50 per worker",
        "0.1  | 1000 | (1) the network fits the training examples alone",
      })
  void theTrainingLossSuggestsTheReason(double lastLoss, long steps, String reason) {
    BaselineWarning warning = ofDigits();
    for (double loss : new double[] {1, lastLoss}) {
      TrainState state = new TrainState(1, steps, 1, 0, 1, new float[0], CarriedState.nothing());
      warning.onRound(state, new Round(state, loss == 1 ? (int) steps : 1), result(loss), 1);
    }
    assertThat(warning.text()).isNull();
    TrainState end = TrainState.initial(new float[0]);
    warning.onEvaluation(
        end, EvaluationSet.TEST, new Evaluation(100, 1, 0, new long[][] {{50, 0}, {50, 0}}));
    assertThat(warning.text()).contains("(test accuracy 50.0 % over 100 examples").contains(reason);
    warning.onEvaluation(
        end, EvaluationSet.VALIDATION, new Evaluation(100, 1, 0, new long[][] {{50, 0}, {9, 41}}));
    assertThat(warning.text()).isNull();
  }

  @Test
  void rawTargetsAreNamed() throws IOException {
    RunResult result = regress("data.target-normalization=none");
    assertThat(result.validation().get("r2")).isLessThan(0);
    assertThat(result.warning())
        .startsWith("the model is no better than always predicting the mean (validation R2 -")
        .contains("(1) the targets are not normalized: values of about");
  }

  /** A network of 50,001 outputs and its confusion matrix would take 20 GB. */
  @Test
  void aStrayLabelIsRejectedBeforeAnythingIsAllocated() throws IOException {
    Path table = folder.resolve("table.csv");
    String text = Files.readString(table);
    int line = text.indexOf('\n', text.length() / 2) + 1;
    String stray = text.substring(0, line) + "1,2,50000,1,3\n" + text.substring(line);
    Files.writeString(table, stray);
    String place = ": line " + (text.substring(0, line).lines().count() + 1) + ", column 3: ";
    assertThatThrownBy(() -> classify("label"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            table
                + place
                + "expected a class, an integer 0..999 (at most 1000 classes), found '50000'");
    assertThat(folder.resolve("run")).doesNotExist();
    assertThatThrownBy(() -> classify("label", "data.path=" + folder, "data.parts=[table.csv]"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(table + place + "expected a class");
    assertThatThrownBy(() -> classify("label", "data.classes=50001"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("data.classes must be at most 1000: 50001");
    Files.writeString(folder.resolve("train.csv"), text);
    Files.move(table, folder.resolve("test.csv"));
    assertThatThrownBy(() -> classify("label", "data.path=" + folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("test.csv" + place);
    assertThat(regress("data.path=" + folder, "data.csv.target=label").step()).isPositive();
    Dataset rows = Dataset.of(new float[][] {{1, 2}, {2, 1}}, new int[] {1, 50_000});
    Trainer trainer = Trainer.of(Networks.mlp(2, 4, 2)).workers(1).on(Cluster.threads(1));
    assertThatThrownBy(() -> trainer.train(rows))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            ": expected a class from 0 to 999 (at most 1,000 classes), found 50,000");
  }

  /** Units that died bring an exploded loss back to that of a constant prediction. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30        | 30.00",
        "9e5       | 9.000e+05",
        "9e5 1     | 9.000e+05",
        "9e5 4e5   | 9.000e+05",
        "9e5 9e5 9 | 9.000e+05",
      })
  void aLossThatExplodedIsDueToTheLearningRate(String losses, String largest) {
    BaselineWarning warning = ofDigits();
    int step = 0;
    for (String loss : losses.split(" ")) {
      TrainState state = new TrainState(1, ++step, 1, 0, 1, new float[0], CarriedState.nothing());
      warning.onRound(state, new Round(state, 1), result(Double.parseDouble(loss)), 1);
    }
    warning.onEvaluation(
        TrainState.initial(new float[0]),
        EvaluationSet.TEST,
        new Evaluation(100, 1, 0, new long[][] {{50, 0}, {50, 0}}));
    assertThat(warning.text())
        .endsWith(
            "likely reasons: (1) optimizer.learning-rate = 0.1 is too high: the training loss was "
                + largest
                + ", that of an untrained network is about 2.303; (2) labels that do not belong to"
                + " the features, or do not depend on them");
  }

  @Test
  void aSingleRoundSaysNothingAboutALossThatStays() throws IOException {
    RunResult result =
        classify("shuffled", "train.steps=1", "train.epochs=1", "optimizer.learning-rate=1e-4");
    assertThat(result.warning())
        .contains("likely reasons: (1) too few steps: 1 per worker")
        .doesNotContain("stayed");
  }

  @Test
  void earlyStoppingMayBeTheReasonForFewSteps() throws IOException {
    RunResult result = classify("shuffled", "train.epochs=60", "train.early-stopping.patience=1");
    assertThat(result.step()).isLessThan(200);
    assertThat(result.warning())
        .contains("per worker (train.epochs, train.early-stopping.patience, or a smaller");
  }

  private static BaselineWarning ofDigits() {
    RunConfig config = RunConfig.load(null, List.of("data.digits.train=100"));
    DataSummary data;
    try (LocalShardedData digits =
        new LocalShardedData(new ShardSpec(new DigitsSource(1, 100, 0), 1, 0, 2), 1)) {
      data = digits.survey(Split.TRAIN);
    }
    return new BaselineWarning(
        config, data, List.of(), Normalization.of(config.data().normalization(), data));
  }

  private static RoundResult result(double loss) {
    return new RoundResult(
        new float[0],
        CarriedState.nothing(),
        1,
        loss,
        new RoundCost(0, 0, 0, 0, 0, 0, 0, 0),
        PeakMemory.UNKNOWN,
        List.of());
  }

  private RunResult classify(String target, String... settings) throws IOException {
    List<String> all = new ArrayList<>(List.of("run.dir=" + folder.resolve("run")));
    all.add("data.csv.target=" + target);
    all.addAll(List.of(settings));
    return run(all);
  }

  private RunResult regress(String... settings) throws IOException {
    List<String> all = new ArrayList<>(List.of("run.dir=" + folder.resolve("regression")));
    all.addAll(
        List.of("data.csv.target=y", "model.loss=mean-squared-error", "checkpoint.metric=loss"));
    all.addAll(List.of(settings));
    return run(all);
  }

  private RunResult run(List<String> settings) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.format=csv",
                "data.path=" + folder.resolve("table.csv"),
                "data.csv.features=numbers",
                "data.normalization=standardize",
                "data.validation-split=0.2",
                "model.hidden=[8]",
                "train.batch-size=16",
                "train.local-steps=15",
                "train.epochs=10",
                "optimizer.name=adamw",
                "optimizer.learning-rate=0.02"));
    all.addAll(settings);
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onWarning(String warning) {
            warnings.add(warning);
          }
        };
    return new TrainingRun(
            RunConfig.load(null, all),
            FILES,
            Engines.CPU,
            spec -> new LocalShardedData(spec, 2),
            observer)
        .execute();
  }
}
