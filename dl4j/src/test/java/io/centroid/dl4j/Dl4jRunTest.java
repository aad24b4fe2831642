package io.centroid.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.LearnerFactory;
import io.centroid.run.RunObserver;
import io.centroid.run.RunResult;
import io.centroid.run.TrainingRun;
import io.centroid.train.LocalShardedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on the engine that {@code compute.engine} names. */
class Dl4jRunTest {
  private static final Engines ENGINES = Engines.of(new CpuEngine(), new Dl4jEngine());

  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();

  @Test
  void twoClassesAreLearnedByOneOutput() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("x1,x2,class\n");
    for (int row = 0; row < 400; row++) {
      double x1 = random.nextDouble() * 2 - 1;
      double x2 = random.nextDouble() * 2 - 1;
      text.append((float) x1).append(',').append((float) x2).append(',');
      text.append(x1 > 2 * x2 ? 1 : 0).append('\n');
    }
    Path data = Files.writeString(folder.resolve("signs.csv"), text);
    RunResult result =
        run(
            "a",
            "compute.engine=dl4j",
            "data.format=csv",
            "data.path=" + data,
            "data.csv.target=class",
            "data.csv.features=numbers",
            "data.normalization=standardize",
            "model.loss=binary-cross-entropy",
            "train.batch-size=16",
            "train.epochs=15");
    assertThat(result.validation()).containsOnlyKeys("accuracy", "loss");
    assertThat(result.validation().get("accuracy")).isGreaterThan(0.9);
  }

  @Test
  void checkpointOfOneEngineIsResumedByTheOther() throws IOException {
    RunResult first = run("a", "train.epochs=1");
    RunResult longer = run("a", "train.epochs=2", "compute.engine=dl4j");
    assertThat(longer.step()).isEqualTo(2 * first.step());
    assertThat(notes)
        .anyMatch(
            note ->
                note.startsWith("it was written with other library versions")
                    && note.contains("engine=cpu in the checkpoint, dl4j "));
    RunResult undisturbed = run("b", "train.epochs=2");
    assertThat(longer.validation().get("loss"))
        .isCloseTo(
            undisturbed.validation().get("loss"), org.assertj.core.api.Assertions.within(1e-3));
  }

  @Test
  void imagesAreLearnedByTheEngineThatSupportsThem() throws IOException {
    String[] images = {
      "model.name=cnn", "model.channels=[4]", "model.kernel=5", "model.hidden=[]", "train.epochs=1"
    };
    assertThat(engine(run("a", images).runDir())).isEqualTo(new Dl4jEngine());
    assertThat(engine(run("b", "train.epochs=1").runDir())).isEqualTo(new CpuEngine());
    assertThatThrownBy(() -> run("c", ENGINES, with(images, "compute.engine=cpu")))
        .isInstanceOf(InputException.class)
        .hasMessage("compute.engine must be auto or dl4j when model.name is cnn: cpu");
    assertThatThrownBy(() -> run("c", Engines.CPU, images))
        .isInstanceOf(InputException.class)
        .hasMessage("model.name = cnn is supported by none of this program's engines: cpu");
    assertThatThrownBy(() -> run("c", Engines.CPU, "compute.engine=dl4j"))
        .isInstanceOf(InputException.class)
        .hasMessage("compute.engine must be auto or cpu: dl4j");
    assertThat(folder.resolve("c")).doesNotExist();
  }

  private static LearnerFactory engine(String run) throws IOException {
    return TrainedModel.load(FILES, run, false, ENGINES).network().engine();
  }

  private static String[] with(String[] settings, String more) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add(more);
    return all.toArray(String[]::new);
  }

  private RunResult run(String name, String... settings) throws IOException {
    return run(name, ENGINES, settings);
  }

  private RunResult run(String name, Engines engines, String... settings) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.digits.train=300",
                "data.digits.test=0",
                "model.hidden=[12]",
                "train.local-steps=3",
                "train.batch-size=32",
                "run.dir=" + folder.resolve(name)));
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
            FILES,
            engines,
            spec -> new LocalShardedData(spec, 2),
            observer)
        .execute();
  }
}
