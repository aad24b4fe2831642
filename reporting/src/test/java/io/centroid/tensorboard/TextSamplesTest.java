package io.centroid.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.config.RunConfig;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.io.HadoopFiles;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetric;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.text.CharacterTokenizer;
import io.centroid.train.CarriedState;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.Round;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSamplesTest {
  private static final String CHARACTERS = "abcdefgh #\n";

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();

  @Test
  void aRunEndsWithContinuationsOfItsPrompts() throws Exception {
    ReportedRun run = run("report.prompts=[\"# ab\\nc\",\"d\"]", "report.sample-tokens=20");
    Map<String, String> texts;
    try (TensorBoardReporter reporter = open(run)) {
      reporter.onMilestone(initial(run));
      reporter.onMilestone(end(run));
      texts = reporter.texts();
    }
    assertThat(texts.keySet()).containsExactly("# ab\nc", "d");
    assertThat(texts.values())
        .allSatisfy(
            text -> {
              assertThat(text).hasSize(20);
              assertThat(CHARACTERS).contains(text.split(""));
            });
    ReadEvents read = ReadEvents.of(folder.resolve(EventLog.FOLDER));
    assertThat(read.plugin("samples/continuations")).isEqualTo("text");
    assertThat(read.steps("samples/continuations")).endsWith(10L);
    assertThat(read.last("samples/continuations").path(0).asText())
        .startsWith("    # ab\n    c")
        .contains("\n\n---\n\n    d")
        .isEqualTo(TextSamples.markdown(texts));
  }

  /** Killed after the end of an epoch, before its samples were written. */
  @Test
  void aResumedRunSamplesTheEpochItResumesFrom() throws Exception {
    TrainState epoch = epoch(run());
    for (int seconds : List.of(1, 100_000)) {
      String tokens = "report.sample-tokens=" + (seconds == 1 ? 1_000_000 : 20);
      Path runFolder = folder.resolve("after-" + seconds);
      try (TensorBoardReporter killed = open(in(runFolder, run(tokens)))) {
        killed.onRound(
            new Round(initial(run()), 5),
            epoch,
            new RoundMetrics(
                Instant.now().plusSeconds(seconds),
                5,
                5,
                50,
                0,
                5,
                50,
                Map.of(RoundMetric.LOSS, 1.0),
                List.of()));
      }
      try (TensorBoardReporter resumed = resume(in(runFolder, run(tokens)), epoch)) {
        assertThat(resumed.texts()).hasSize(seconds == 1 ? 0 : 1);
      }
      // Samples cost less than a hundredth of the 100,000 seconds without any, but not of one.
      assertThat(ReadEvents.of(runFolder.resolve(EventLog.FOLDER)).steps(TextSamples.TAG))
          .isEqualTo(seconds == 1 ? List.of() : List.of(5L));
    }
  }

  /** It stopped early: no round follows, and the samples are those of its end. */
  @Test
  void aRunThatStoppedEarlyAndIsResumedEndsWithSamples() throws Exception {
    ReportedRun run = run("train.early-stopping.patience=2", "data.validation-split=0.1");
    try (TensorBoardReporter resumed = resume(run, epoch(run))) {
      assertThat(resumed.texts()).containsOnlyKeys("");
    }
    assertThat(ReadEvents.of(folder.resolve(EventLog.FOLDER)).steps(TextSamples.TAG))
        .containsExactly(5L);
  }

  @Test
  void equalParametersGiveEqualTextsAndTheseDependOnTheSeed() throws Exception {
    float[] parameters = end(run()).parameters();
    Map<String, String> first = samples(run("train.seed=1")).sample(parameters);
    assertThat(first).containsOnlyKeys("");
    assertThat(first.get("")).hasSize(64);
    assertThat(samples(run("train.seed=1")).sample(parameters)).isEqualTo(first);
    assertThat(samples(run("train.seed=2")).sample(parameters)).isNotEqualTo(first);
  }

  /** The first milestone comes in the first second; samples may cost a hundredth of that. */
  @Test
  void expensiveSamplesAreNotAffordable() throws Exception {
    TextSamples samples = samples(run("report.sample-tokens=1000000"));
    assertThat(samples.isAffordable(end(run()).parameters())).isFalse();
  }

  @Test
  void aPromptThatTheTokenizerDoesNotKnowIsANote() throws Exception {
    ReportedRun run = run("report.prompts=[\"XYZ\",\"a\"]", "report.sample-tokens=3");
    assertThat(samples(run).sample(end(run).parameters()).keySet()).containsExactly("a");
    assertThat(notes)
        .singleElement()
        .asString()
        .startsWith("report.prompts: no samples of \"XYZ\": ");
    assertThat(TextSamples.of(run("report.prompts=[\"XYZ\"]"))).isEmpty();
  }

  @Test
  void noTokensAreNoSamples() {
    assertThat(TextSamples.of(run("report.sample-tokens=0"))).isEmpty();
  }

  private static TextSamples samples(ReportedRun run) {
    return TextSamples.of(run).orElseThrow();
  }

  private static TensorBoardReporter open(ReportedRun run) throws Exception {
    return (TensorBoardReporter) new TensorBoard().open(run, initial(run)).orElseThrow();
  }

  private static TensorBoardReporter resume(ReportedRun run, TrainState state) throws Exception {
    return (TensorBoardReporter)
        new TensorBoard().open(from(run, run.directory(), state.steps()), state).orElseThrow();
  }

  private static ReportedRun in(Path folder, ReportedRun run) {
    return from(run, run.files().path(folder.toUri().toString()), 0);
  }

  private static ReportedRun from(
      ReportedRun run, org.apache.hadoop.fs.Path directory, long startStep) {
    return new ReportedRun(
        run.config(),
        run.effective(),
        run.files(),
        directory,
        run.network(),
        run.layout(),
        run.normalization(),
        run.classNames(),
        run.vocabulary(),
        new TrainingPlan(5, 5, 100),
        startStep,
        run.environment(),
        run.notes());
  }

  /** The state after the first of 20 epochs. */
  private static TrainState epoch(ReportedRun run) {
    return new TrainState(5, 5, 1, 0, 50, end(run).parameters(), CarriedState.nothing());
  }

  private static TrainState initial(ReportedRun run) {
    return TrainState.initial(new float[(int) run.layout().parameterCount()]);
  }

  private static TrainState end(ReportedRun run) {
    try (Learner learner = run.network().newLearner()) {
      float[] parameters = new float[(int) run.layout().parameterCount()];
      learner.parameters().store(parameters);
      return new TrainState(10, 10, 0, 10, 0, parameters, CarriedState.nothing());
    }
  }

  private ReportedRun run(String... settings) {
    List<String> all = new ArrayList<>(List.of("run.dir=" + folder));
    all.addAll(List.of(settings));
    RunConfig config = RunConfig.load(null, all);
    CharacterTokenizer tokenizer = CharacterTokenizer.of(CHARACTERS);
    int vocabulary = tokenizer.vocabularySize();
    NetworkSpec network =
        new NetworkSpec(
            new Architecture.Gpt2(
                new Gpt2Config(1, 2, 8, 16, vocabulary, 32, Gpt2Config.Dropout.NONE, 1e-5f),
                false,
                Gpt2Execution.DEFAULT),
            InputShape.row(16),
            vocabulary,
            Loss.CROSS_ENTROPY,
            1);
    HadoopFiles files = new HadoopFiles(new Configuration());
    return new ReportedRun(
        config,
        "",
        files,
        files.path(folder.toUri().toString()),
        network,
        network.layout(),
        Normalization.NONE,
        List.of(),
        new Vocabulary("characters", vocabulary, tokenizer.files()),
        new TrainingPlan(1, 100, 10),
        0,
        Map.of(),
        notes::add);
  }
}
