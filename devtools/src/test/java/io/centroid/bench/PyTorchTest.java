package io.centroid.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding torch, and the line protocol, against a Python that a shell script plays. */
class PyTorchTest {
  private static final BenchSettings SETTINGS = new BenchSettings("", 100, 10, 0.01, 2, 1, 0);
  private static final Entrant ENTRANT = new Entrant(Contestant.PYTORCH, new Cell(1, 1, 128));
  private static final String TURN =
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
  void aPythonWithTorchIsFoundAndRunsTurns() throws IOException {
    write("while read -r line; do echo '" + TURN + "'; done");
    PyTorch found = PyTorch.find(python.toString());
    assertThat(found.version()).isEqualTo("2.13.0");
    try (TurnRunner runner = found.start(SETTINGS)) {
      Turn turn = runner.run(ENTRANT);
      assertThat(turn.rate()).isEqualTo(2_000);
      assertThat(turn.bytesUp()).isNull();
      assertThat(turn.memory().resident()).isEqualTo(5);
      assertThat(runner.run(ENTRANT)).isEqualTo(turn);
    }
  }

  @Test
  void whatFailsThereIsTold() throws IOException {
    write("read -r line; echo '{\"error\": \"RuntimeError: no gloo\"}'");
    try (TurnRunner runner = PyTorch.find(python.toString()).start(SETTINGS)) {
      assertThatThrownBy(() -> runner.run(ENTRANT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(ENTRANT + ": RuntimeError: no gloo");
      assertThatThrownBy(() -> runner.run(ENTRANT)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void withoutTorchOrPythonOneLineSaysWhatWasLookedFor() throws IOException {
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
