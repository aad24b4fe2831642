package io.centroid.deploy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs programs of this machine. */
final class Tool {
  private static final long SECONDS = 60;

  /**
   * Result of a program.
   *
   * @param exitCode exit code
   * @param output standard output and standard error
   */
  record Outcome(int exitCode, String output) {}

  private Tool() {}

  /** Root of the repository. */
  static Path home() {
    String home = System.getProperty("centroid.home");
    return home == null ? Path.of("..").toAbsolutePath().normalize() : Path.of(home);
  }

  /** Skips the test if a program is missing. */
  static void assumeThere(String program) {
    assumeTrue(Files.isExecutable(Path.of(program)), program + " is not there");
  }

  /** Returns a Python 3 interpreter; skips the test if there is none. */
  static String python() throws Exception {
    return pythonWith("json");
  }

  /** Returns a Python interpreter with PyYAML; skips the test if there is none. */
  static String pythonWithYaml() throws Exception {
    return pythonWith("yaml");
  }

  private static String pythonWith(String module) throws Exception {
    for (String python :
        List.of("/usr/bin/python3", "python3", System.getProperty("centroid.python", "python3"))) {
      try {
        if (run(Map.of(), python, "-c", "import " + module).exitCode() == 0) {
          return python;
        }
      } catch (IOException e) {
        // Try the next one.
      }
    }
    return Assumptions.abort("no Python 3 with the module " + module + " is there");
  }

  static Outcome run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return run(builder);
  }

  static Outcome run(ProcessBuilder builder) throws Exception {
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(builder.command() + " does not end: " + output);
    }
    return new Outcome(process.exitValue(), output);
  }
}
