package io.centroid.spark.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * A standalone Master as its web UI shows it.
 *
 * @param page address of its web UI
 * @param version its version of Spark; empty if the page does not show it
 * @param ahead by how much the Master's clock is ahead of this machine's, to the second; zero if
 *     unknown
 * @param workers Workers that are alive
 * @param running names of the applications that have cores
 */
public record MasterState(
    URI page, String version, Duration ahead, List<Worker> workers, List<String> running) {
  private static final Pattern VERSION =
      Pattern.compile("class=\"version\"[^>]*>\\s*([0-9][\\w.-]{0,40})\\s*<");

  public MasterState {
    workers = List.copyOf(workers);
    running = List.copyOf(running);
  }

  /**
   * A Worker.
   *
   * @param memory memory for executors in MiB
   */
  public record Worker(
      String host, int cores, int freeCores, long memory, long freeMemory, int gpus) {}

  /** Whether one of the Masters of {@code spark.master = spark://...} accepts connections. */
  public static boolean listens(String master) {
    return FirstExecutor.listens(master);
  }

  /** Whether a web server is listening at one of these addresses, which is no Master. */
  public static boolean speaksHttp(String master) {
    return MasterPage.speaksHttp(master);
  }

  /** Reads the web UI of the active Master; empty if none responds. */
  public static Optional<MasterState> read(JobSettings settings) {
    SparkConf conf = new SparkConf(false);
    settings.properties().forEach(conf::set);
    return MasterPage.found(conf).map(MasterState::of);
  }

  private static MasterState of(MasterPage.Found found) {
    List<Worker> workers = new ArrayList<>();
    for (JsonNode worker : found.json().path("workers")) {
      if (worker.path("state").asText().equals("ALIVE")) {
        workers.add(
            new Worker(
                worker.path("host").asText(),
                worker.path("cores").asInt(),
                worker.path("coresfree").asInt(),
                worker.path("memory").asLong(),
                worker.path("memoryfree").asLong(),
                worker.path("resources").at("/gpu/addresses").size()));
      }
    }
    List<String> running = new ArrayList<>();
    for (JsonNode application : found.json().path("activeapps")) {
      if (application.path("cores").asInt() > 0) {
        running.add(application.path("name").asText());
      }
    }
    String version = "";
    Duration ahead = Duration.ZERO;
    try {
      MasterPage.Page page = MasterPage.read(found.page());
      Matcher matcher = VERSION.matcher(page.text());
      version = matcher.find() ? matcher.group(1) : "";
      if (page.serverMillis() > 0) {
        // The header has whole seconds.
        long now = System.currentTimeMillis() / 1000;
        ahead = Duration.ofSeconds(page.serverMillis() / 1000 - now);
      }
    } catch (IOException e) {
      // The JSON has all that other checks need.
    }
    return new MasterState(found.page(), version, ahead, workers, running);
  }
}
