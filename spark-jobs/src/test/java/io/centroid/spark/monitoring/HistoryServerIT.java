package io.centroid.spark.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
import io.centroid.cli.Centroid;
import io.centroid.error.ExitCode;
import io.centroid.run.metrics.MetricsRow;
import io.centroid.run.metrics.RoundMetric;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.deploy.history.HistoryServer;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A finished run of the command {@code train} in its event log and in a CSV sink. */
class HistoryServerIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path ROOT = Path.of(System.getProperty("centroid.home", ".."));
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROUNDS = 40;

  @TempDir private static Path folder;

  @BeforeAll
  static void train() throws IOException {
    Files.createDirectories(folder.resolve("csv"));
    Files.createDirectories(folder.resolve("events"));
    List<String> arguments =
        new ArrayList<>(List.of("train", ROOT.resolve("conf/monitoring.conf").toString()));
    for (String setting :
        List.of(
            "run.name=remembered",
            "run.dir=" + folder.resolve("run"),
            "spark.master=local[2]",
            "spark.conf.\"spark.ui.port\"=0",
            "spark.conf.\"spark.eventLog.enabled\"=true",
            "spark.conf.\"spark.eventLog.dir\"=" + folder.resolve("events").toUri(),
            "spark.conf.\"spark.eventLog.rolling.enabled\"=true",
            "spark.conf.\"spark.eventLog.compress\"=true",
            "spark.conf.\"spark.metrics.conf.driver.sink.csv.class\"="
                + "org.apache.spark.metrics.sink.CsvSink",
            "spark.conf.\"spark.metrics.conf.driver.sink.csv.directory\"=" + folder.resolve("csv"),
            "spark.conf.\"spark.metrics.conf.driver.sink.csv.period\"=3600",
            "data.digits.train=1000",
            "data.digits.test=100",
            "train.workers=4",
            "train.batch-size=10",
            "train.local-steps=1",
            "train.steps=" + ROUNDS)) {
      arguments.addAll(List.of("--set", setting));
    }
    StringWriter messages = new StringWriter();
    PrintWriter writer = new PrintWriter(messages);
    assertThat(Centroid.run(writer, writer, arguments.toArray(String[]::new)))
        .as(messages.toString())
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void theHistoryServerShowsTheRoundsOfAFinishedRun() throws Exception {
    int port = freePort();
    Process server = start(port);
    try {
      String api = "http://127.0.0.1:" + port + "/api/v1/applications";
      List<JsonNode> applications = new ArrayList<>();
      Eventually.await(
          "the history server lists the run: see " + folder.resolve("server.log"),
          LIMIT,
          () -> {
            assertThat(server.isAlive()).as(() -> read(folder.resolve("server.log"))).isTrue();
            applications.clear();
            get(api).forEach(applications::add);
            return !applications.isEmpty();
          });
      assertThat(applications)
          .extracting(
              application -> application.path("name").asText(),
              application -> application.path("attempts").path(0).path("completed").asBoolean())
          .containsExactly(tuple("centroid remembered", true));
      JsonNode jobs = get(api + "/" + applications.get(0).path("id").asText() + "/jobs");
      assertThat(jobs)
          .filteredOn(job -> job.path("description").asText().startsWith("round "))
          .hasSize(ROUNDS)
          .allMatch(job -> job.path("jobGroup").asText().equals("remembered"))
          .allMatch(job -> job.path("name").asText().equals("local steps"))
          .extracting(job -> job.path("description").asText())
          .contains("round 0: 4 workers, step 1", "round 39: 4 workers, step 40");
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  /** Includes what the log has once, such as the properties. */
  @Test
  void aRoundTakesAFewKibibytesOfTheCompressedEventLog() throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(folder.resolve("events"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    assertThat(bytes / ROUNDS).isBetween(100L, 8_192L);
  }

  @Test
  void sinksThatAreWrittenPeriodicallyGetTheLastRound() throws IOException {
    List<Double> losses =
        Files.readAllLines(folder.resolve("run/metrics.jsonl")).stream()
            .map(line -> MetricsRow.parse(line.getBytes(UTF_8)).orElseThrow())
            .filter(MetricsRow.OfRound.class::isInstance)
            .map(row -> ((MetricsRow.OfRound) row).metrics().value(RoundMetric.LOSS))
            .toList();
    assertThat(losses).hasSize(ROUNDS);
    assertThat(last("loss")).isEqualTo(losses.get(ROUNDS - 1));
    assertThat(last("round")).isEqualTo(ROUNDS);
  }

  private static double last(String metric) throws IOException {
    List<String> lines =
        Files.readAllLines(folder.resolve("csv/centroid.driver.centroid." + metric + ".csv"));
    String line = lines.get(lines.size() - 1);
    return Double.parseDouble(line.substring(line.indexOf(',') + 1));
  }

  private static Process start(int port) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().trim().split(" ")));
    command.add("-Dspark.history.fs.logDirectory=" + folder.resolve("events").toUri());
    command.add("-Dspark.history.fs.update.interval=1s");
    command.add("-Dspark.history.ui.port=" + port);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), HistoryServer.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.redirectOutput(folder.resolve("server.log").toFile()).start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** An empty array until the server answers. */
  private static JsonNode get(String url) throws InterruptedException {
    try {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(url)).build(),
                  HttpResponse.BodyHandlers.ofString());
      return JSON.readTree(response.statusCode() == 200 ? response.body() : "[]");
    } catch (IOException e) {
      return JSON.createArrayNode();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return String.valueOf(e);
    }
  }
}
