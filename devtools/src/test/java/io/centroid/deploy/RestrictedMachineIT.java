package io.centroid.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution as users start it, on machines that refuse it something. */
class RestrictedMachineIT {
  private static final int UNNAMED = 54321;

  @TempDir private static Path folder;
  private static Distribution centroid;
  private static String run;

  @BeforeAll
  static void trainARun() throws Exception {
    centroid = Distribution.unpackTo(folder);
    run = folder.resolve("run").toString();
    assertThat(Distribution.succeeds(train(run))).contains("Trained 1 epoch");
  }

  private static ProcessBuilder train(String run) {
    return centroid.command(
        "train",
        "--set",
        "run.dir=" + run,
        "--set",
        "data.digits.train=200",
        "--set",
        "data.digits.test=100",
        "--set",
        "train.epochs=1");
  }

  private static ProcessBuilder export(String run, Path out) {
    return centroid.command("export", run, "--to", "onnx", "--out", out.toString());
  }

  /** As in a container with an arbitrary uid: there is neither a name nor a home. */
  @Test
  void aUserWithoutAnEntryInPasswdTrainsExportsAndServes() throws Exception {
    Path place = Files.createDirectory(folder.resolve("unnamed"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
    String its = place.resolve("run").toString();
    Path exported = place.resolve("export");
    assertThat(Distribution.succeeds(unnamed(train(its)))).contains("Trained 1 epoch");
    assertThat(Distribution.succeeds(unnamed(export(its, exported)))).contains("written to");
    Distribution.serves(unnamed(centroid.command("serve", exported.toString(), "--port", "0")));
    assertThat(Files.getAttribute(exported.resolve("model.onnx"), "unix:uid")).isEqualTo(UNNAMED);
  }

  private static ProcessBuilder unnamed(ProcessBuilder command) throws Exception {
    command.environment().put("HOME", "/");
    return by(
        command,
        "only root can start a process of another user",
        "setpriv",
        "--reuid",
        Integer.toString(UNNAMED),
        "--regid",
        "0",
        "--clear-groups");
  }

  @Test
  void nativeCodeThatCannotBeLoadedIsExplained() throws Exception {
    Path noexec = Files.createDirectory(folder.resolve("noexec"));
    Path out = folder.resolve("noexec-run");
    assertExplains(noexec(train(out.toString()), noexec, noexec), noexec, 1, out);
    Path exported = folder.resolve("noexec-export");
    assertExplains(
        noexec(export(run, exported), noexec, folder.resolve("cache")), noexec, 2, exported);
  }

  private static void assertExplains(ProcessBuilder command, Path noexec, int exitCode, Path out)
      throws Exception {
    Tool.Outcome outcome = Tool.run(command);
    assertThat(outcome.exitCode()).as(outcome.output()).isEqualTo(exitCode);
    assertThat(outcome.output().lines().filter(line -> line.startsWith("centroid: ")))
        .singleElement()
        .asString()
        .contains(
            "cannot load native code: " + noexec + "/",
            "; if that folder is mounted noexec, name another one by JAVA_TOOL_OPTIONS=");
    assertThat(outcome.output()).doesNotContain("\tat ", "Caused by");
    assertThat(out).doesNotExist();
  }

  /** A command whose temporary folder is mounted noexec, for its process alone. */
  private static ProcessBuilder noexec(ProcessBuilder command, Path noexec, Path cache)
      throws Exception {
    command
        .environment()
        .put(
            "JAVA_TOOL_OPTIONS",
            "-Djava.io.tmpdir=" + noexec + " -Dorg.bytedeco.javacpp.cachedir=" + cache);
    return by(
        command,
        "only a privileged process can mount a folder",
        "unshare",
        "--mount",
        "sh",
        "-c",
        "mount -t tmpfs -o noexec tmpfs \"$0\" && exec \"$@\"",
        noexec.toString());
  }

  @Test
  void aResultThatCannotBeWrittenIsAFailureInOneLine() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), full + " is not there");
    Path errors = folder.resolve("errors");
    Process evaluate =
        centroid
            .command("evaluate", run, "--json")
            .redirectOutput(full.toFile())
            .redirectError(errors.toFile())
            .start();
    assertThat(evaluate.waitFor()).isEqualTo(1);
    assertThat(errors).hasContent("centroid: standard output: No space left on device\n");
  }

  /** The command started by another one; skips the test if that is not possible here. */
  private static ProcessBuilder by(ProcessBuilder command, String otherwise, String... starter)
      throws Exception {
    List<String> line = new ArrayList<>(List.of(starter));
    line.add("true");
    Tool.assumeThere("/usr/bin/" + starter[0]);
    Tool.Outcome possible = Tool.run(Map.of(), line.toArray(String[]::new));
    assumeTrue(possible.exitCode() == 0, otherwise + ": " + possible.output());
    line.remove(line.size() - 1);
    line.addAll(command.command());
    return command.command(line);
  }
}
