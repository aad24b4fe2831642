package io.centroid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.ShardPlan;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import io.centroid.nn.Loss;
import io.centroid.optim.UpdateRule;
import io.centroid.run.RunObserver;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  @TempDir private Path folder;

  @Test
  void aModelIsTrainedEvaluatedSavedAndLoaded() throws IOException {
    Dataset digits = Dataset.digits(2_000, 500);
    String saved = folder.resolve("saved").toString();
    float[] image = pixels(0);
    Prediction before;
    double accuracy;
    try (Model model = mlp().workers(2).epochs(8).train(digits)) {
      accuracy = model.evaluate(digits).accuracy();
      assertThat(accuracy).isGreaterThan(0.8);
      assertThat(model.result().orElseThrow().test()).containsEntry("accuracy", accuracy);
      assertThat(model.evaluate(EvaluationSet.VALIDATION).examples()).isBetween(50L, 200L);
      before = model.predict(image);
      model.save(saved);
      assertThatThrownBy(() -> model.save(saved)).hasMessageContaining("already exists");
    }
    try (Model model = Model.load(saved)) {
      assertThat(model.evaluate(digits).accuracy()).isEqualTo(accuracy);
      assertThat(model.predict(image)).isEqualTo(before);
      assertThat(before.probability()).isBetween(0.1f, 1f);
      Provenance provenance = model.provenance().orElseThrow();
      assertThat(provenance.seed()).isEqualTo(42);
      assertThat(provenance.configuration()).containsEntry("train.workers", "2");
      assertThat(provenance.dataSha256()).hasSize(64);
      assertThat(model.predict(digits).values()).hasSize(500);
    }
  }

  @Test
  void aTemporaryRunIsDeletedOnClose() throws IOException {
    String path;
    try (Model model = mlp().epochs(1).train(Dataset.digits(200, 10))) {
      path = model.path().replaceFirst("^file:", "");
      assertThat(Path.of(path)).isDirectory();
    }
    assertThat(Path.of(path)).doesNotExist();
    assertThatThrownBy(() -> mlp().epochs(0).train(Dataset.digits(200, 10)))
        .hasMessage(
            "train.epochs must be a whole number from 1 to 2147483647: 0 (set by the program)");
  }

  @Test
  void aRunIsResumedBitwiseIdenticallyAndAFinishedOneGivesItsModel() throws IOException {
    Dataset data = Dataset.digits(400, 50);
    String whole = train(data, folder.resolve("whole"), 2);
    Path run = folder.resolve("run");
    train(data, run, 1);
    assertThat(train(data, run, 2)).isEqualTo(whole);
    assertThat(train(data, run, 2)).isEqualTo(whole);
  }

  private static String train(Dataset data, Path run, int epochs) throws IOException {
    try (Model model = mlp().checkpointTo(run.toString()).epochs(epochs).train(data)) {
      return model.result().orElseThrow().parametersSha256();
    }
  }

  @Test
  void aTableInAFileIsTrainedOn() throws IOException {
    Path table = folder.resolve("flowers.csv");
    StringBuilder rows = new StringBuilder("width,species,length\n");
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 300; i++) {
      int species = i % 3;
      rows.append(5 * species + random.nextDouble()).append(',').append(species);
      rows.append(',').append(100 - 7 * species + random.nextDouble()).append('\n');
    }
    Files.writeString(table, rows);
    Dataset data = Dataset.csv(table.toString(), "species");
    try (Model model =
        Trainer.of(Networks.mlp(2, 8, 3))
            .optimizer(Optimizers.adamW(0.02).weightDecay(0.01).clipNorm(1).warmup(2))
            .localSteps(4)
            .batchSize(16)
            .epochs(8)
            .train(data)) {
      assertThat(model.evaluate(data).accuracy()).isEqualTo(1);
      assertThat(model.evaluate(data).examples()).isEqualTo(300);
      assertThat(model.predict(5.5f, 93.5f).label()).isEqualTo(1);
    }
    assertThatThrownBy(() -> Trainer.of(Networks.mlp(4, 8, 3)).train(data))
        .hasMessage("the network takes 4 values, an example has 2");
  }

  @Test
  void arraysAreTrainedOn() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    float[][] rows = new float[400][2];
    float[] targets = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {(float) random.nextDouble(), (float) random.nextDouble()};
      targets[i] = 2 * rows[i][0] - rows[i][1];
    }
    try (Model model =
        Trainer.of(Networks.mlp(2, 16, 1))
            .optimizer(Optimizers.nesterov(0.05, 0.9))
            .localSteps(5)
            .batchSize(20)
            .epochs(20)
            .train(Dataset.of(rows, targets))) {
      assertThat(model.predict(0.5f, 0.5f).value()).isCloseTo(0.5f, within(0.1f));
      assertThat(model.predict(0.9f, 0.1f).value()).isCloseTo(1.7f, within(0.15f));
    }
    assertThatThrownBy(() -> Dataset.of(rows, new int[rows.length - 1]))
        .hasMessageContaining("400 examples, 399 targets");
  }

  /** Sign descent: Lion without momentum. */
  private record SignDescent() implements UpdateRule {
    @Override
    public String name() {
      return "sign-descent";
    }

    @Override
    public List<String> stateNames() {
      return List.of("steps");
    }

    @Override
    public void update(
        float[] parameters, float[] gradients, float[][] state, int length, Step step) {
      for (int i = 0; i < length; i++) {
        parameters[i] -= (float) step.learningRate() * Math.signum(gradients[i]);
        state[0][i]++;
      }
    }
  }

  /** Gradient descent that records the learning rate of each step. */
  private record RecordedDescent() implements UpdateRule {
    private static final Map<Long, Double> RATES = new ConcurrentSkipListMap<>();

    @Override
    public String name() {
      return "recorded-descent";
    }

    @Override
    public List<String> stateNames() {
      return List.of();
    }

    @Override
    public void update(
        float[] parameters, float[] gradients, float[][] state, int length, Step step) {
      RATES.put(step.number(), step.learningRate());
      for (int i = 0; i < length; i++) {
        parameters[i] -= (float) step.learningRate() * gradients[i];
      }
    }
  }

  @Test
  void theLearningRateDecaysAtTheEndOfARun() throws IOException {
    RecordedDescent.RATES.clear();
    InnerOptimizer steady = Optimizers.of(new RecordedDescent(), 0.5).warmup(1);
    Trainer.of(Networks.mlp(1, 4, 2))
        .optimizer(steady.decayAtTheEnd(0.4, 0.1))
        .set("train.inner-state", "keep")
        .workers(1)
        .localSteps(5)
        .batchSize(20)
        .steps(10)
        .train(Dataset.of(new Points(600)))
        .close();
    // Half of it in the warm-up, then all of it, and the last four steps in equal parts to 0.1.
    List<Double> rates = List.of(0.25, 0.5, 0.5, 0.5, 0.5, 0.5, 0.4, 0.3, 0.2, 0.1);
    assertThat(RecordedDescent.RATES.keySet())
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(List.copyOf(RecordedDescent.RATES.values()))
        .usingElementComparator(
            (one, other) -> Math.abs(one - other) < 1e-12 ? 0 : Double.compare(one, other))
        .isEqualTo(rates);
    assertThatThrownBy(
            () ->
                Trainer.of(Networks.mlp(1, 4, 2))
                    .optimizer(steady.decayAtTheEnd(1.5, 0.1))
                    .train(Dataset.of(new Points(600))))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("optimizer.schedule.decay-fraction must be");
  }

  /** Nine tenths of the way to the mean. */
  private record DampedMean() implements OuterStep {
    @Override
    public String name() {
      return "damped-mean";
    }

    @Override
    public List<String> stateNames() {
      return List.of();
    }

    @Override
    public Moved step(
        long round, long offset, float[] parameters, float[] meanDelta, List<float[]> state) {
      float[] moved = parameters.clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += 0.9f * meanDelta[i];
      }
      return new Moved(moved, List.of());
    }
  }

  /** Floats, big-endian. */
  private record BigEndian() implements Codec {
    @Override
    public String name() {
      return "big-endian";
    }

    @Override
    public boolean isExact() {
      return true;
    }

    @Override
    public int size(int count) {
      return count * Float.BYTES;
    }

    @Override
    public byte[] encode(float[] values, int from, int to) {
      ByteBuffer bytes = ByteBuffer.allocate(size(to - from));
      bytes.asFloatBuffer().put(values, from, to - from);
      return bytes.array();
    }

    @Override
    public void decode(byte[] bytes, float[] into, int from, int to) {
      ByteBuffer.wrap(bytes).asFloatBuffer().get(into, from, to - from);
    }
  }

  /** Points on a line; those above 0 are class 1. */
  private record Points(int count) implements ExampleSource {
    @Override
    public SourceSchema schema(Split split) {
      return new SourceSchema(
          InputShape.row(1), SourceSchema.FeatureKind.NUMBERS, OptionalLong.of(count), true);
    }

    @Override
    public boolean has(Split split) {
      return true;
    }

    @Override
    public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
      for (ShardPlan.Range range : new ShardPlan(seed, workers, count, 4).ranges(worker)) {
        for (long i = range.from(); i < range.to(); i++) {
          float x = (i * 37 % count) / (float) count - 0.5f;
          sink.row(i, new float[] {x}, x > 0 ? 1 : 0);
        }
      }
    }
  }

  @Test
  void customComponentsTrainResumeAndAreRecorded() throws IOException {
    Dataset data = Dataset.of(new Points(600));
    Path run = folder.resolve("own");
    List<Long> rounds = new ArrayList<>();
    RunObserver listener =
        new RunObserver() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            rounds.add(state.rounds());
          }
        };
    String half = customComponents(run, 2, listener).result().orElseThrow().parametersSha256();
    try (Model model = customComponents(run, 4, listener)) {
      assertThat(model.result().orElseThrow().parametersSha256()).isNotEqualTo(half);
      assertThat(model.evaluate(data).accuracy()).isGreaterThan(0.95);
      assertThat(model.provenance().orElseThrow().configuration())
          .containsEntry("optimizer.name", "sign-descent")
          .containsEntry("outer.name", "damped-mean")
          .containsEntry("average.codec", "big-endian");
      assertThatThrownBy(() -> model.evaluate(EvaluationSet.TEST))
          .hasMessageContaining("data.format")
          .hasMessageContaining("no program supplies the examples");
    }
    assertThat(rounds).doesNotHaveDuplicates().isSorted();
    try (Model whole = customComponents(folder.resolve("whole"), 4, RunObserver.NONE);
        Model resumed = customComponents(run, 4, RunObserver.NONE)) {
      assertThat(resumed.result().orElseThrow().parametersSha256())
          .isEqualTo(whole.result().orElseThrow().parametersSha256());
    }
    assertThatThrownBy(
            () ->
                Trainer.of(Networks.mlp(1, 4, 2))
                    .codec(new BigEndian())
                    .set("average.codec", "elsewhere")
                    .train(data))
        .hasMessageStartingWith("average.codec must be one of none, fp16, bf16, int8, top-k");
  }

  private static Model customComponents(Path run, int epochs, RunObserver listener)
      throws IOException {
    return Trainer.of(Networks.mlp(1, 4, 2))
        .optimizer(Optimizers.of(new SignDescent(), 0.02))
        .outer(OuterOptimizers.of(new DampedMean()))
        .codec(new BigEndian())
        .workers(3)
        .localSteps(4)
        .batchSize(20)
        .epochs(epochs)
        .checkpointTo(run.toString())
        .listener(listener)
        .train(Dataset.of(new Points(600)));
  }

  @Test
  void errorsAreReportedInOneLineBeforeAnythingIsWritten() throws IOException {
    assertThatThrownBy(() -> Networks.mlp(3)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> mlp().set("optimizer.rate", 1).train(Dataset.digits()))
        .hasMessageContaining("optimizer.rate")
        .hasMessageContaining("optimizer.learning-rate");
    assertThatThrownBy(() -> Model.load(folder.resolve("nothing").toString()))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(
            () -> mlp().checkpointTo(folder.resolve("x").toString()).train(Dataset.idx("/none")))
        .isInstanceOf(InputException.class);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void statedOutputsCountAndDataThatExceedsThemIsRejected() throws IOException {
    Dataset digits = Dataset.digits(300, 20);
    try (Model model = mlp().epochs(1).train(digits)) {
      assertThat(model.predict(new float[784]).scores()).hasSize(10);
      assertThat(model.predict(Dataset.of(new float[3][784], new int[3])).values()).hasSize(3);
    }
    try (Model model = Trainer.of(Networks.mlp(784, 8, 12)).epochs(1).train(digits)) {
      assertThat(model.predict(new float[784]).scores()).hasSize(12);
    }
    assertThatThrownBy(() -> Trainer.of(Networks.mlp(784, 8, 5)).train(digits))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("data.classes must be at least 10");
  }

  @Test
  void targetsThatDoNotFitTheNetworkAreRejected() throws IOException {
    float[][] rows = {{0, 1}, {1, 0}, {2, 1}, {3, 1}};
    assertThatThrownBy(
            () ->
                Trainer.of(Networks.mlp(2, 4, 2))
                    .train(Dataset.of(rows, new float[] {5.5f, 0, 5, 0})))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("float[]");
    assertThatThrownBy(
            () -> Trainer.of(Networks.mlp(2, 4, 1)).train(Dataset.of(rows, new int[] {1, 0, 1, 0})))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("int[]");
    assertThatThrownBy(
            () ->
                Trainer.of(Networks.mlp(2, 4, 2))
                    .train(Dataset.of(rows, new int[] {5, 0, 5, 0}).validationSplit(0)))
        .hasMessageContaining("data.classes must be at least 6");
    try (Model model =
        Trainer.of(Networks.mlp(2, 4, 1).loss(Loss.BINARY_CROSS_ENTROPY))
            .epochs(1)
            .train(Dataset.of(rows, new int[] {1, 0, 1, 0}).validationSplit(0))) {
      assertThat(model.predict(0, 1).scores()).hasSize(2);
      assertThatThrownBy(() -> model.predict(Float.NaN, 1)).hasMessageContaining("finite");
    }
  }

  @Test
  void aClosedModelIsNotUsed() throws IOException {
    Model model = mlp().epochs(1).train(Dataset.digits(200, 10));
    model.close();
    model.close();
    assertThatThrownBy(() -> model.predict(new float[784]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the model is closed");
  }

  @Test
  void aColumnInBracketsIsData() throws IOException {
    Path table = folder.resolve("prices.csv");
    StringBuilder rows = new StringBuilder("a,[price]\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i).append(',').append(2 * i).append('\n');
    }
    Files.writeString(table, rows);
    Dataset data = Dataset.csv(table.toString(), "[price]");
    try (Model model =
        Trainer.of(Networks.mlp(1, 4, 1))
            .optimizer(Optimizers.adamW(0.01))
            .batchSize(8)
            .epochs(1)
            .train(data)) {
      assertThat(model.evaluate(data).examples()).isEqualTo(60);
      assertThat(model.evaluate(EvaluationSet.TRAIN).examples()).isBetween(40L, 60L);
      model.save(folder.resolve("saved").toString());
    }
    try (Model loaded = Model.load(folder.resolve("saved").toString())) {
      assertThatThrownBy(() -> loaded.evaluate(EvaluationSet.TRAIN))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("is opened only if you name it")
          .hasMessageContaining(table.toString());
      assertThat(loaded.evaluate(data).examples()).isEqualTo(60);
    }
  }

  @Test
  void settingsWithoutEffectAreRejected() {
    assertThatThrownBy(() -> mlp().set("compute.threads", 2))
        .hasMessage("compute.threads has no effect on a Trainer: use on(Cluster.threads(count))");
    assertThatThrownBy(() -> mlp().set("data.block", 2)).hasMessageContaining("Dataset");
    assertThatThrownBy(() -> mlp().steps(0)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> Optimizers.sgd(0.1).betas(0.9, 0.99))
        .hasMessage("betas are those of adamw, not of sgd");
    assertThatThrownBy(() -> Optimizers.of(new SignDescent(), 0.1).weightDecay(0.1))
        .hasMessageContaining("sign-descent");
    assertThatThrownBy(() -> mlp().set("train..seed", 1).train(Dataset.digits(100, 1)))
        .isInstanceOf(InputException.class);
  }

  @Test
  void theBestCheckpointOfARunIsOpened() throws IOException {
    Path run = folder.resolve("best");
    try (Model model =
        mlp().epochs(3).checkpointTo(run.toString()).train(Dataset.digits(1_000, 50))) {
      Long best = model.result().orElseThrow().bestStep();
      try (Model opened = Model.loadBest(run.toString(), Cluster.threads(2))) {
        assertThat(opened.path()).endsWith(String.format("step-%08d", best));
      }
    }
  }

  private static Trainer mlp() {
    return Trainer.of(Networks.mlp(784, 32, 10)).optimizer(Optimizers.adamW(0.002)).localSteps(5);
  }

  private static float[] pixels(int ink) {
    float[] pixels = new float[784];
    for (int row = 6; row < 22; row++) {
      pixels[28 * row + 14] = 255 - ink;
      pixels[28 * row + 15] = 255 - ink;
    }
    return pixels;
  }
}
