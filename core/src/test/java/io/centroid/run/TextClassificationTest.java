package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.InputException;
import io.centroid.config.RunConfig;
import io.centroid.data.HadoopFiles;
import io.centroid.model.Architecture;
import io.centroid.text.CharacterTokenizer;
import io.centroid.train.LocalShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small GPT-2 that learns whether texts are friendly, on threads of this JVM. */
class TextClassificationTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final List<String> GOOD = List.of("good", "fine", "lovely", "superb");
  private static final List<String> BAD = List.of("bad", "dull", "awful", "poor");
  private static final List<String> THINGS = List.of("film", "book", "meal", "song", "trip");

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();
  private final List<float[]> started = new ArrayList<>();

  @BeforeEach
  void writeTokenizerAndTexts() throws IOException {
    Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
    Map<String, byte[]> files = CharacterTokenizer.of("abcdefghijklmnopqrstuvwxyz ,\n\"").files();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(tokenizer.resolve(file.getKey()), file.getValue());
    }
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("train.csv"), csv(1200, 1));
    Files.writeString(data.resolve("test.jsonl"), jsonLines(300, 2));
  }

  @Test
  void learnsToTellFriendlyTextsFromOthers() throws IOException {
    RunResult result = run("a", "train.epochs=8");
    assertThat(result.test()).containsOnlyKeys("accuracy", "loss");
    assertThat(result.test().get("accuracy")).isGreaterThan(0.95);
    assertThat(result.validation().get("accuracy")).isGreaterThan(0.95);
    TrainedModel model = load("a");
    assertThat(model.network().outputs()).isEqualTo(2);
    assertThat(model.network().architecture())
        .isInstanceOfSatisfying(
            Architecture.Gpt2.class, gpt2 -> assertThat(gpt2.classifies()).isTrue());
    assertThat(model.tokenizerFiles()).containsKey("tokenizer.json");
    assertThat(model.dataKeys()).contains("data.texts.labels=[\"neg, or so\",\"pos\"]");
    assertThat(RunConfig.load(null, withNetwork(model.dataKeys())).data().texts().labels())
        .containsExactly("neg, or so", "pos");
  }

  @Test
  void startsFromALanguageModelButForTheOutputLayer() throws IOException {
    // A classifier without its output layer has the parameters of a language model.
    run("first", "train.steps=3");
    notes.clear();
    TrainedModel first = load("first");
    float[] parameters = first.parameters();
    TrainedModel language = withoutHead(first);
    RunSetup setup = setup("train.seed=7");
    float[] start = FirstParameters.of(language, setup, notes::add);
    int body = parameters.length - 2 * 32;
    assertThat(Arrays.copyOf(start, body)).isEqualTo(Arrays.copyOf(parameters, body));
    float[] random = setup.initialParameters();
    assertThat(Arrays.copyOfRange(start, body, start.length))
        .isEqualTo(Arrays.copyOfRange(random, body, random.length))
        .isNotEqualTo(Arrays.copyOfRange(parameters, body, parameters.length));
    assertThat(notes)
        .containsExactly(
            "score.weight starts from random numbers: " + language.path() + " is a language model");
  }

  @Test
  void startsFromAClassifierAsItIs() throws IOException {
    run("first", "train.steps=3");
    TrainedModel first = load("first");
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model.gpt2.size=init",
                "model.init-from=" + folder.resolve("first"),
                "data.texts.tokenizer=",
                "train.steps=1"));
    run("second", settings.toArray(String[]::new));
    assertThat(started.get(1)).isEqualTo(first.parameters());
    assertThatThrownBy(
            () ->
                run(
                    "third",
                    "model.init-from=" + folder.resolve("first"),
                    "data.texts.labels=[\"neg, or so\", pos, neutral]"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("score.weight [2, 32], expected score.weight [3, 32]");
    assertThat(folder.resolve("third")).doesNotExist();
  }

  @Test
  void anotherTokenizerThanTheModelsIsRefused() throws IOException {
    run("first", "train.steps=1");
    Path other = Files.createDirectories(folder.resolve("other"));
    Map<String, byte[]> files = CharacterTokenizer.of("ABefghijklmnopqrstuvwxyzabcd\n\"").files();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(other.resolve(file.getKey()), file.getValue());
    }
    Files.writeString(
        folder.resolve("data/train.csv"), "text,label\nbad,\"neg, or so\"\nfine,pos\n");
    assertThatThrownBy(
            () ->
                run(
                    "second",
                    "model.init-from=" + folder.resolve("first"),
                    "data.texts.tokenizer=" + other,
                    "data.test-file=train.csv",
                    "train.workers=1",
                    "data.validation-split=0"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(other + ": its tokenizer is not that of ");
  }

  @Test
  void aStoppedRunGoesOnToTheSameEnd() throws IOException {
    RunResult undisturbed = run("whole", "train.steps=12", "train.inner-state=keep");
    assertThatThrownBy(
            () ->
                execute(
                    "a",
                    new RunObserver() {
                      @Override
                      public void onMilestone(TrainState state) {
                        throw new IllegalStateException("stopped");
                      }
                    },
                    "train.steps=12",
                    "checkpoint.every-rounds=1",
                    "train.inner-state=keep"))
        .hasMessage("stopped");
    RunResult resumed =
        run("a", "train.steps=12", "checkpoint.every-rounds=1", "train.inner-state=keep");
    assertThat(resumed.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
  }

  @Test
  void aLabelThatTrainingLacksIsRefusedBeforeAnythingIsWritten() throws IOException {
    Files.writeString(
        folder.resolve("data/test.jsonl"), "{\"text\": \"a good film\", \"label\": \"other\"}\n");
    assertThatThrownBy(() -> run("a", "train.steps=1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("test.jsonl: line 1: a label that is none of the classes");
    assertThat(folder.resolve("a")).doesNotExist();
  }

  @Test
  void withoutATokenizerThereIsNoRun() {
    assertThatThrownBy(() -> run("a", "data.texts.tokenizer="))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("data.texts.tokenizer must name a tokenizer's folder");
    assertThatThrownBy(() -> run("a", "data.texts.tokenizer=" + folder.resolve("nowhere")))
        .isInstanceOf(InputException.class);
  }

  private RunResult run(String name, String... settings) throws IOException {
    return execute(name, note(notes), settings);
  }

  private RunObserver note(List<String> kept) {
    return new RunObserver() {
      @Override
      public void onNote(String note) {
        kept.add(note);
      }

      @Override
      public void onStart(TrainingPlan plan, TrainState state) {
        started.add(state.parameters());
      }
    };
  }

  private RunResult execute(String name, RunObserver observer, String... settings)
      throws IOException {
    List<String> all = settings(settings);
    all.add("run.dir=" + folder.resolve(name));
    return new TrainingRun(
            RunConfig.load(null, all), FILES, spec -> new LocalShardedData(spec, 2), observer)
        .execute();
  }

  private List<String> settings(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.format=texts",
                "data.path=" + folder.resolve("data"),
                "data.texts.tokenizer=" + folder.resolve("tokenizer"),
                "data.block=40",
                "model.name=gpt2",
                "model.gpt2.layers=2",
                "model.gpt2.heads=2",
                "model.gpt2.width=32",
                "model.gpt2.positions=40",
                "train.workers=2",
                "train.local-steps=5",
                "train.batch-size=16",
                "train.inner-state=average",
                "optimizer.name=adamw",
                "optimizer.rate=0.003",
                "optimizer.clip-norm=1"));
    settings.addAll(List.of(more));
    return settings;
  }

  private RunSetup setup(String... more) throws IOException {
    RunConfig config = RunConfig.load(null, settings(more));
    DataSources sources =
        DataSources.of(
            config.data(), config.model().loss(), FILES, TextTokenizer.of(config, FILES));
    try (LocalShardedData data =
        new LocalShardedData(new io.centroid.train.ShardSpec(sources.source(), 1, 0.05, 2), 2)) {
      return RunSetup.of(
          config,
          ChosenNetwork.of(config, FILES).architecture(sources.vocabulary()),
          DataSurvey.of(config, sources, data),
          Map.of(),
          Map.of());
    }
  }

  private static TrainedModel withoutHead(TrainedModel model) {
    int last = model.layout().size() - 1;
    return new TrainedModel(
        model.path(),
        model.network(),
        model.normalisation(),
        model.layout().subList(0, last),
        model.seed(),
        model.workers(),
        model.dataKeys(),
        model.tokenizerFiles(),
        Optional.empty(),
        () -> {
          float[] all = model.parameters();
          long head = model.layout().get(last).elements();
          return Arrays.copyOf(all, all.length - (int) head);
        });
  }

  private static List<String> withNetwork(List<String> keys) {
    List<String> all = new ArrayList<>(keys);
    all.add("model.name=gpt2");
    return all;
  }

  private TrainedModel load(String name) throws IOException {
    return TrainedModel.load(FILES, folder.resolve(name).toString(), false);
  }

  private static String csv(int count, long seed) {
    StringBuilder table = new StringBuilder("label,text\n");
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      boolean good = random.nextBoolean();
      table.append(good ? "pos" : "\"neg, or so\"").append(",\"");
      table.append(sentence(random, good)).append("\"\n");
    }
    return table.toString();
  }

  private static String jsonLines(int count, long seed) {
    StringBuilder lines = new StringBuilder();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      boolean good = random.nextBoolean();
      lines.append("{\"text\": \"").append(sentence(random, good)).append("\", \"label\": \"");
      lines.append(good ? "pos" : "neg, or so").append("\"}\n");
    }
    return lines.toString();
  }

  private static String sentence(SplittableRandom random, boolean good) {
    List<String> words = good ? GOOD : BAD;
    return "a "
        + words.get(random.nextInt(words.size()))
        + " "
        + THINGS.get(random.nextInt(THINGS.size()))
        + (random.nextBoolean() ? ", and a " : " and a ")
        + words.get(random.nextInt(words.size()))
        + " "
        + THINGS.get(random.nextInt(THINGS.size()));
  }
}
