package io.centroid.run;

import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.run.metrics.RunResult;
import io.centroid.text.CharacterTokenizer;
import io.centroid.train.LocalShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;

/** Runs of a small GPT-2 that learns whether texts are friendly, on threads of this JVM. */
final class FriendlyTexts {
  static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final List<String> GOOD = List.of("good", "fine", "lovely", "superb");
  private static final List<String> BAD = List.of("bad", "dull", "awful", "poor");
  private static final List<String> THINGS = List.of("film", "book", "meal", "song", "trip");

  final Path folder;
  final List<String> notes = new ArrayList<>();
  final List<float[]> started = new ArrayList<>();

  /** Writes a tokenizer and texts into an empty folder. */
  FriendlyTexts(Path folder) throws IOException {
    this.folder = folder;
    Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
    Map<String, byte[]> files = CharacterTokenizer.of("abcdefghijklmnopqrstuvwxyz ,\n\"").files();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(tokenizer.resolve(file.getKey()), file.getValue());
    }
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("train.csv"), csv(1200, 1));
    Files.writeString(data.resolve("test.jsonl"), jsonLines(300, 2));
  }

  RunResult run(String name, String... settings) throws IOException {
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

  RunResult execute(String name, RunObserver observer, String... settings) throws IOException {
    List<String> all = settings(settings);
    all.add("run.dir=" + folder.resolve(name));
    return new TrainingRun(
            RunConfig.load(null, all),
            FILES,
            Engines.CPU,
            spec -> new LocalShardedData(spec, 2),
            observer)
        .execute();
  }

  List<String> settings(String... more) {
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
                "optimizer.learning-rate=0.003",
                "optimizer.clip-norm=1"));
    settings.addAll(List.of(more));
    return settings;
  }

  TrainedModel load(String name) throws IOException {
    return TrainedModel.load(FILES, folder.resolve(name).toString(), false, Engines.CPU);
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
