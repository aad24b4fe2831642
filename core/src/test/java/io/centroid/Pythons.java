package io.centroid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Finds and runs a local Python with given packages. */
public final class Pythons {
  private static final List<String> CANDIDATES =
      List.of(System.getProperty("centroid.python", "python3"), "python3", "/usr/bin/python3");

  private Pythons() {}

  /** The first Python that imports the packages; skips the test if there is none. */
  public static String with(String packages) throws IOException, InterruptedException {
    for (String python : CANDIDATES) {
      try {
        Process process =
            new ProcessBuilder(python, "-c", "import " + packages)
                .redirectErrorStream(true)
                .start();
        process.getInputStream().readAllBytes();
        if (process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0) {
          return python;
        }
      } catch (IOException e) {
        // There is no such Python.
      }
    }
    return abort("no python3 here has " + packages);
  }

  /** Runs a script and returns its output. */
  public static String run(String python, String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(python, "-c", script));
    line.addAll(List.of(arguments));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }
}
