package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
import io.centroid.cluster.CentroidHome;
import io.centroid.devtools.Developer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A running {@code ./centroid submit}: the process of the command and its child, the driver. */
public final class Submitted implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Process process;
  private final Path out;
  private final Path err;

  private Submitted(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts a command on a cluster as the launcher does, with output to files in a folder. */
  public static Submitted start(Path folder, Path cluster, List<String> arguments)
      throws IOException {
    return start(folder, cluster, Map.of(), arguments);
  }

  /** As above, with additional environment variables. */
  public static Submitted start(
      Path folder, Path cluster, Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("submit", "--cluster-dir", cluster.toString()));
    command.addAll(arguments);
    return command(folder, List.of(), environment, command);
  }

  /**
   * Starts any command as the launcher does.
   *
   * @param within prefix of the command line that runs the command in another environment
   */
  static Submitted command(Path folder, List<String> within, List<String> command)
      throws IOException {
    return command(folder, within, Map.of(), command);
  }

  private static Submitted command(
      Path folder, List<String> within, Map<String, String> environment, List<String> command)
      throws IOException {
    CentroidHome home = CentroidHome.find();
    List<String> line = new ArrayList<>(within);
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("@" + home.jvmOptions(), "-Xmx1g"));
    line.add("-Dorg.bytedeco.javacpp.maxbytes=4g");
    line.add("-Djava.io.tmpdir=" + Files.createDirectories(temporary(folder)));
    line.add("-D" + CentroidHome.PROPERTY + "=" + home.root());
    line.add("-cp");
    line.add(home.classPath());
    line.add(Developer.class.getName());
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    return start(folder, builder);
  }

  /** Starts a command or a driver in a folder, with output to files there. */
  public static Submitted start(Path folder, ProcessBuilder builder) throws IOException {
    Path out = Files.createTempFile(folder, "submitted", ".out");
    Path err = Files.createTempFile(folder, "submitted", ".err");
    builder.directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return new Submitted(builder.start(), out, err);
  }

  /** Folder for temporary files of commands that run in a folder. */
  public static Path temporary(Path folder) {
    return folder.resolve("tmp");
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Process of the driver. */
  public ProcessHandle driver() {
    List<ProcessHandle> drivers = process.children().toList();
    assertThat(drivers).as("drivers").hasSize(1);
    return drivers.get(0);
  }

  /** Kills the driver with SIGKILL. */
  public void killDriver() throws Exception {
    assertThat(driver().destroyForcibly()).isTrue();
    Eventually.await("the command ends with its driver", LIMIT, () -> !process.isAlive());
    assertThat(process.exitValue()).as("killed").isGreaterThan(128);
  }

  /** Waits for success and returns the JSON object on standard output. */
  public JsonNode json() throws Exception {
    assertThat(exitCode()).as("%s\n%s", output(), errors()).isZero();
    assertThat(output().lines()).as("out: %s, err: %s", output(), errors()).hasSize(1);
    return new ObjectMapper().readTree(output());
  }

  public int exitCode() throws Exception {
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .as(() -> "ends within " + LIMIT + ": " + errors())
        .isTrue();
    return process.exitValue();
  }

  public String output() {
    return read(out);
  }

  public String errors() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Ends remaining processes of a failed test. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
