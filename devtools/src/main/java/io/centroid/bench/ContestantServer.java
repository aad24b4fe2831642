package io.centroid.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.InputException;
import io.centroid.bench.dl4j.StockMasterRunner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The main class of a contestant's JVM: an {@link Entrant} a line on standard input, the {@link
 * Turn} that it ran as a line on standard output. It ends with its input. Bad input is told as
 * {@code {"refused": ...}}, what else fails as {@code {"error": ...}}.
 */
public final class ContestantServer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ContestantServer() {}

  /** Whose turns a server runs. */
  public enum Side {
    CENTROID,
    DL4J
  }

  /**
   * Serves until the input ends.
   *
   * @param args the {@link Side}, and the {@link BenchSettings} as JSON
   */
  public static void main(String[] args) throws IOException {
    PrintStream replies = System.out;
    // Whatever a library prints must not mix with the replies.
    System.setOut(System.err);
    BenchSettings settings = JSON.readValue(args[1], BenchSettings.class);
    try (BufferedReader requests =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        TurnRunner runner = runner(Side.valueOf(args[0]), settings)) {
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        replies.println(reply(runner, line));
        replies.flush();
      }
    }
  }

  private static TurnRunner runner(Side side, BenchSettings settings) {
    return switch (side) {
      case CENTROID -> new CentroidRunner(settings);
      case DL4J -> new StockMasterRunner(settings);
    };
  }

  private static String reply(TurnRunner runner, String line) throws IOException {
    try {
      return JSON.writeValueAsString(runner.run(JSON.readValue(line, Entrant.class)));
    } catch (InputException e) {
      return JSON.writeValueAsString(Map.of("refused", String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      e.printStackTrace(System.err);
      return JSON.writeValueAsString(Map.of("error", String.valueOf(e)));
    }
  }
}
