package io.centroid.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Detection of torch and the line protocol, with a shell script in place of Python. */
class PyTorchTest {
  private static final BenchSettings SETTINGS =
      new BenchSettings("", 100, 10, 0.01, 2, 1, 0, List.of());
  private static final BenchmarkConfiguration CONFIGURATION =
      new BenchmarkConfiguration(BenchmarkSystem.PYTORCH, new Cell(1, 1, 128));
  private static final String RUN =
      "{\"examples\":640,\"nanos\":320000000,\"parameters\":101770,\"rounds\":10,\"steps\":1,"
          + "\"roundMillis\":32.0,\"partMillis\":{},\"bytesUp\":null,\"bytesDown\":null,"
          + "\"memory\":{\"heap\":0,\"native\":0,\"resident\":5}}";

  @TempDir private Path folder;
  private Path python;

  @BeforeEach
  void place() {
    python = folder.resolve("python");
  }

  @Test
  void runsAConfigurationWithTorch() throws IOException {
    write("while read -r line; do echo '" + RUN + "'; done");
    PyTorch found = PyTorch.find(python.toString());
    assertThat(found.version()).isEqualTo("2.13.0");
    try (BenchmarkRunner runner = found.start(SETTINGS)) {
      BenchmarkRun run = runner.run(CONFIGURATION);
      assertThat(run.throughput()).isEqualTo(2_000);
      assertThat(run.bytesUp()).isNull();
      assertThat(run.memory().resident()).isEqualTo(5);
      assertThat(runner.run(CONFIGURATION)).isEqualTo(run);
    }
  }

  @Test
  void reportsAFailureOfTheScript() throws IOException {
    write("read -r line; echo '{\"error\": \"RuntimeError: no gloo\"}'");
    try (BenchmarkRunner runner = PyTorch.find(python.toString()).start(SETTINGS)) {
      assertThatThrownBy(() -> runner.run(CONFIGURATION))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(CONFIGURATION + ": RuntimeError: no gloo");
      assertThatThrownBy(() -> runner.run(CONFIGURATION)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void reportsMissingTorchAndMissingPython() throws IOException {
    Files.writeString(python, "#!/bin/sh\nexit 1\n");
    assertThat(python.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(() -> PyTorch.find(python.toString()))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "--against pytorch needs a Python with torch; "
                + python
                + " cannot import torch (--python names another)");
    assertThatThrownBy(() -> PyTorch.find(folder.resolve("none").toString()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is no " + folder.resolve("none"));
  }

  private void write(String serve) throws IOException {
    Files.writeString(
        python,
        "#!/bin/sh\nif [ \"$1\" = -c ]; then echo 'torch 2.13.0'; exit; fi\n"
            + "grep -q 'import torch' \"$1\" || exit 1\n"
            + serve
            + "\n");
    assertThat(python.toFile().setExecutable(true)).isTrue();
  }
}
