package io.centroid.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.bench.dl4j.StockMasterRunner;
import io.centroid.error.InputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Main class of a benchmark JVM. It reads one {@link BenchmarkConfiguration} per line on standard
 * input and writes one {@link BenchmarkRun} per line on standard output until its input ends.
 * Invalid input is reported as {@code {"refused": ...}}, other failures as {@code {"error": ...}}.
 */
public final class BenchmarkServer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BenchmarkServer() {}

  /** System that the server runs. */
  public enum Side {
    CENTROID,
    DL4J
  }

  /**
   * Serves requests until the input ends.
   *
   * @param args the {@link Side}, and the {@link BenchSettings} as JSON
   */
  public static void main(String[] args) throws IOException {
    PrintStream replies = System.out;
    // Output of libraries must not mix with the replies.
    System.setOut(System.err);
    BenchSettings settings = JSON.readValue(args[1], BenchSettings.class);
    try (BufferedReader requests =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        BenchmarkRunner runner = runner(Side.valueOf(args[0]), settings)) {
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        replies.println(reply(runner, line));
        replies.flush();
      }
    }
  }

  private static BenchmarkRunner runner(Side side, BenchSettings settings) {
    return switch (side) {
      case CENTROID -> new CentroidRunner(settings);
      case DL4J -> new StockMasterRunner(settings);
    };
  }

  private static String reply(BenchmarkRunner runner, String line) throws IOException {
    try {
      return JSON.writeValueAsString(
          runner.run(JSON.readValue(line, BenchmarkConfiguration.class)));
    } catch (InputException e) {
      return JSON.writeValueAsString(Map.of("refused", String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      e.printStackTrace(System.err);
      return JSON.writeValueAsString(Map.of("error", String.valueOf(e)));
    }
  }
}
