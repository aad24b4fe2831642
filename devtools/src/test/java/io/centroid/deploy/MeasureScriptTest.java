package io.centroid.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** deploy/gpu/measure.sh, with a launcher that prints its arguments. */
class MeasureScriptTest {
  @TempDir private Path folder;
  private Path results;

  @BeforeEach
  void layOutACheckout() throws IOException {
    results = folder.resolve("results");
    Path home = folder.resolve("home");
    Path script = Files.createDirectories(home.resolve("deploy/gpu")).resolve("measure.sh");
    Files.copy(Tool.home().resolve("deploy/gpu/measure.sh"), script);
    for (String file :
        List.of(
            "dist/target/lib/centroid.jar",
            "devtools/target/centroid-devtools.jar",
            "docs/a.md",
            "README.md")) {
      Files.createDirectories(home.resolve(file).getParent());
      Files.writeString(home.resolve(file), "text\n");
    }
    launcher("echo \"centroid $*; $CUBLAS_WORKSPACE_CONFIG $CUDA_DEVICE_ORDER\"");
  }

  private void launcher(String body) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("home/dist/src/bin"));
    Path launcher = Files.writeString(bin.resolve("centroid"), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void runsAllPartsInTheEnvironmentThatCudaNeeds() throws Exception {
    Tool.Outcome outcome = run("--device", "cpu", "--python", "/no/python", results.toString());
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output())
        .contains("device cpu, tiny sizes", "no comparison: /no/python cannot import torch")
        .contains("check: done", "mnist: done", "gpt2: done", "bench: done", "all parts done")
        .isEqualTo(Files.readString(results.resolve("summary.txt")));
    assertThat(log("check"))
        .isEqualTo("centroid bench gpu --device cpu --check; :4096:8 PCI_BUS_ID\n");
    assertThat(log("mnist"))
        .startsWith("centroid train conf/digits.conf --set compute.engine=torch")
        .contains("--set compute.device=cpu");
    assertThat(log("gpt2"))
        .contains("centroid prepare ", "centroid train conf/shakespeare-char.conf ")
        .contains("--set model.gpt2.layers=2 ", "--set train.steps=6 ");
    assertThat(log("bench")).contains("bench gpu --device cpu --runs 1").contains("--out ");
  }

  @Test
  void continuesAfterAPartThatFails() throws Exception {
    launcher("case $1 in train) echo centroid: no such key >&2; exit 2;; esac; echo \"$@\"");
    Tool.Outcome outcome = run("--tiny", "--device", "cpu", results.toString());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output())
        .contains("check: done")
        .contains("mnist: FAILED (exit code 2): centroid: no such key")
        .contains("gpt2: FAILED (exit code 2): centroid: no such key")
        .contains("bench: done")
        .contains("failed: mnist gpt2; logs: ");
    assertThat(log("bench")).startsWith("bench gpu");
  }

  @ParameterizedTest
  @CsvSource({
    "--device tpu, --device must be cuda or cpu: tpu",
    "--device, --device needs a value",
    "--fast, unknown option --fast (--help)",
    "--data /no/folder, --data: no such folder"
  })
  void badOptionsAreReportedInOneLine(String options, String message) throws Exception {
    Tool.Outcome outcome = run(options.split(" "));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output()).endsWith("measure.sh: " + message + "\n");
    assertThat(results).doesNotExist();
  }

  @Test
  void aCheckoutThatIsNotBuiltIsReported() throws Exception {
    Files.delete(folder.resolve("home/devtools/target/centroid-devtools.jar"));
    Tool.Outcome outcome = run(results.toString());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output()).contains(" is not built: run mvn -Pcuda package there first");
  }

  @Test
  void aBuildForCpusIsReported() throws Exception {
    Tool.Outcome outcome = run(results.toString());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output())
        .contains("lib/torch has LibTorch for CPUs: run mvn -Pcuda package there first");
    assertThat(results).doesNotExist();
  }

  @Test
  void printsItsHelp() throws Exception {
    Tool.Outcome outcome = run("--help");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output()).startsWith("Usage: deploy/gpu/measure.sh ");
  }

  private String log(String part) throws IOException {
    return Files.readString(results.resolve(part + ".log"));
  }

  private Tool.Outcome run(String... options) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("bash", folder.resolve("home/deploy/gpu/measure.sh").toString()));
    command.addAll(List.of(options));
    return Tool.run(Map.of(), command.toArray(String[]::new));
  }
}
