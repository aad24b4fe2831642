package io.centroid.bench.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeProcessTest {
  /** About a second of work in a child process of the shell. */
  private static final String WORK = "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; ";

  @TempDir private Path folder;

  @Test
  void measuresTimeAndMemoryWithChildProcesses() {
    WholeProcess.Use use = process(WORK + "echo done", null).run();
    assertThat(use.cpuSeconds()).isPositive();
    assertThat(use.peakBytes()).isBetween(100_000L, 1L << 30);
    assertThat(use.markSeconds()).isNull();
  }

  @Test
  void measuresTheFirstWriteToTheMark() {
    Path mark = folder.resolve("mark");
    WholeProcess.Use use = process(": > mark; " + WORK + "echo 1 > mark; " + WORK, mark).run();
    assertThat(use.markSeconds()).isPositive().isLessThan(use.seconds());
    assertThat(process(WORK, folder.resolve("other")).run().markSeconds()).isNull();
  }

  @Test
  void reportsAFailureWithItsLastLine() {
    assertThatThrownBy(() -> process("echo first; echo no such data >&2; echo; exit 3", null).run())
        .isInstanceOf(InputException.class)
        .hasMessage("the work exited with 3: no such data");
    assertThatThrownBy(() -> process("exit 1", null).run())
        .isInstanceOf(InputException.class)
        .hasMessage("the work exited with 1");
    assertThatThrownBy(
            () ->
                new WholeProcess(
                        "none", new ProcessBuilder("/no/program"), folder.resolve("output"), null)
                    .run())
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("cannot start none: ");
  }

  @Test
  void theEnvironmentChoosesNoKernels() {
    ProcessBuilder builder = new ProcessBuilder("env");
    builder.environment().put("OPENBLAS_CORETYPE", "Haswell");
    builder.environment().put("OPENBLAS_L2_SIZE", "512");
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("OTHER", "stays");
    WholeProcess process =
        new WholeProcess(
            "env", TrainSystem.withoutChoices(builder), folder.resolve("output"), null);
    process.run();
    assertThat(process.text())
        .contains("OTHER=stays")
        .doesNotContain("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OMP_NUM_THREADS");
  }

  private WholeProcess process(String script, @Nullable Path mark) {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script).directory(folder.toFile());
    return new WholeProcess("the work", builder, folder.resolve("output"), mark);
  }
}
