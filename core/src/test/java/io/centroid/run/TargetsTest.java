package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.data.Bytes;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Targets from which nothing can be learned, and the names of classes in messages. */
class TargetsTest {
  private static final String ONE = "all training examples have class ";

  @TempDir private Path folder;
  private final List<String> notes = new ArrayList<>();

  @Test
  void aConstantTargetIsWarnedOf() throws IOException {
    String regression = "model.loss=mean-squared-error";
    RunResult constant = table(table(row -> "42.5"), regression);
    assertThat(constant.warning())
        .isEqualTo("all training targets are 42.5: there is nothing to learn from the features");
    Path varied = table(row -> row == 7 ? "42.25" : "42.5");
    RunResult learned =
        table(varied, regression, "data.validation-split=0", "run.dir=" + folder.resolve("other"));
    assertThat(learned.warning()).isNull();
  }

  @Test
  void oneClassIsRejectedUnlessTheClassesAreKnown() throws IOException {
    Path zeros = table(row -> "0");
    String expected =
        zeros
            + ": labels: expected at least two distinct ones in training, found one: class 0"
            + " (data.classes = 2 or more permits it)";
    assertThatThrownBy(() -> table(zeros)).hasMessage(expected);
    assertThatThrownBy(() -> table(zeros, "model.loss=binary-cross-entropy")).hasMessage(expected);
    assertThat(folder.resolve("run")).doesNotExist();
    assertThat(table(zeros, "data.classes=3").warning()).startsWith(ONE + "0: ");
    Path words = table(row -> "gut");
    assertThatThrownBy(() -> table(words))
        .hasMessage(words + ": labels: expected at least two distinct ones, found one");
    RunResult named =
        table(words, "data.csv.labels=[schlecht,gut]", "run.dir=" + folder.resolve("other"));
    assertThat(named.warning())
        .isEqualTo(ONE + "'gut': the model cannot distinguish it from others");
  }

  @Test
  void imagesOfOneClassAreRejected() throws IOException {
    Path images = folder.resolve("train-images-idx3-ubyte");
    Files.write(images, Bytes.images(40));
    Files.write(
        folder.resolve("train-labels-idx1-ubyte"),
        Bytes.join(Bytes.header(0x801, 40), new byte[40]));
    String[] idx = {"data.format=idx", "data.path=" + folder};
    assertThatThrownBy(() -> run(idx))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(images + ": labels: expected at least two distinct ones");
    Files.write(folder.resolve("train-labels-idx1-ubyte"), Bytes.labels(40, 2));
    Path twin = folder.resolve("train-images-idx3-ubyte.gz");
    Files.write(twin, Bytes.gzip(Bytes.images(41)));
    notes.clear();
    run(idx);
    assertThat(notes)
        .contains(images + ": read, and train-images-idx3-ubyte.gz next to it is not")
        .noneMatch(note -> note.contains("labels"));
  }

  @Test
  void warningsNameTheClasses() throws IOException {
    Path random = table(row -> (row * 7919) % 13 < 8 ? "rot" : "blau");
    String warning =
        table(random, "optimizer.learning-rate=0.0000001", "data.validation-split=0.4").warning();
    assertThat(warning).contains(" % of which have class 'rot')").doesNotContain("class 0");
  }

  private Path table(IntFunction<String> target) throws IOException {
    StringBuilder text = new StringBuilder("a,b,y\n");
    for (int row = 0; row < 200; row++) {
      text.append(row % 17).append(',').append(row % 23).append(',').append(target.apply(row));
      text.append('\n');
    }
    return Files.writeString(folder.resolve("t.csv"), text);
  }

  private RunResult table(Path path, String... settings) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.format=csv",
                "data.path=" + path,
                "data.csv.target=y",
                "data.csv.features=numbers",
                "data.normalization=standardize"));
    all.addAll(List.of(settings));
    return run(all.toArray(String[]::new));
  }

  private RunResult run(String... settings) throws IOException {
    List<String> all = new ArrayList<>(List.of("run.dir=" + folder.resolve("run")));
    all.addAll(List.of("train.epochs=2", "train.batch-size=8", "model.hidden=[4]"));
    all.addAll(List.of(settings));
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onNote(String note) {
            notes.add(note);
          }
        };
    return new TrainingRun(
            RunConfig.load(null, all),
            new HadoopFiles(new Configuration()),
            Engines.CPU,
            spec -> new LocalShardedData(spec, 2),
            observer)
        .execute();
  }
}
