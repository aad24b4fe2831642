package io.centroid.bench.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.centroid.SyntheticDigitFiles;
import io.centroid.bench.PyTorch;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script, with a shell script in place of Python and with PyTorch. */
class PyTorchTrainTest {
  @TempDir private Path folder;

  @Test
  void runsTheScriptAndReadsItsAccuracy() throws IOException {
    TrainRun run =
        train("grep -q nn.Linear \"$1\" && [ \"$2\" = /data ] && echo 'test accuracy 0.9787'");
    assertThat(run.figures())
        .containsOnlyKeys(Figure.SECONDS, Figure.CPU, Figure.PEAK, Figure.ACCURACY)
        .containsEntry(Figure.ACCURACY, 0.9787);
  }

  @Test
  void reportsAFailedScriptAndOneWithoutAccuracy() {
    assertThatThrownBy(() -> train("echo 'FileNotFoundError: /data' >&2; exit 1"))
        .isInstanceOf(InputException.class)
        .hasMessage("train_mnist.py exited with 1: FileNotFoundError: /data");
    assertThatThrownBy(() -> train("echo 'test accuracy'"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("train_mnist.py printed no test accuracy");
  }

  @Test
  void pyTorchLearnsPlainAndGzippedDigits() throws IOException {
    PyTorch found = find(System.getProperty("centroid.python", "python3"));
    Path data = folder.resolve("data");
    SyntheticDigitFiles.of(Split.TRAIN, 2000).writeIdx(data, "train");
    SyntheticDigitFiles.of(Split.TEST, 200).writeGzippedIdx(data, "t10k");
    TrainRun run = new PyTorchTrain(found, data).run(folder);
    assertThat(run.figures().get(Figure.ACCURACY)).isGreaterThan(0.5);
    assertThat(run.figures().get(Figure.CPU)).isPositive();
  }

  private static PyTorch find(String python) {
    try {
      return PyTorch.find(python);
    } catch (InputException e) {
      return abort(e.getMessage() + "; here -Dcentroid.python does");
    }
  }

  private TrainRun train(String body) throws IOException {
    Path python = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + body + "\n");
    assertThat(python.toFile().setExecutable(true)).isTrue();
    return new PyTorchTrain(new PyTorch(python.toString(), "9"), Path.of("/data")).run(folder);
  }
}
