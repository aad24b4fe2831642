package io.centroid.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunReporter;
import io.centroid.tracking.MlflowServer.Fault;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that are down, late or answer something else: training does not depend on them. */
class MlflowFaultsTest {
  @TempDir private Path folder;
  private MlflowServer server;
  private Path directory;

  @BeforeEach
  void start() throws IOException {
    server = new MlflowServer();
    directory = folder.resolve("run");
  }

  @AfterEach
  void stop() {
    assertThat(server.refusals()).isEmpty();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "HANG, does not answer within",
    "ERROR, answers 500",
    "UNAUTHORIZED, answers 401",
    "HTML, answers with something else than JSON",
    "TRUNCATED, ''",
    "DRIP, does not answer within",
    "HUGE, answers with more than 8388608 bytes",
    "REDIRECT, 'answers 302 (a redirect to http://127.0.0.2:9/elsewhere, which is not followed)'"
  })
  void aServerThatNeverWorksIsReportedOnceAndWhatIsLostAtTheEnd(Fault fault, String reason)
      throws IOException {
    server.fault = fault;
    // A request may take long where it is its answer that is long.
    Duration request = Duration.ofSeconds(fault == Fault.HUGE ? 20 : 1);
    Duration close = Duration.ofSeconds(fault == Fault.HUGE ? 10 : 3);
    TrackedTraining training = training(request, close, 0, () -> {});
    assertThat(training.run().step()).isEqualTo(24);
    List<String> reported = training.ofMlflow();
    assertThat(reported.get(0)).startsWith("MLflow: " + server.uri()).contains(reason, "buffered");
    assertThat(reported.get(reported.size() - 1)).contains("were not delivered");
    assertThat(reported).hasSize(2);
    // 9 rounds, 3 validations and a test.
    int points = points(reported.get(1));
    assertThat(points).isBetween(9 * 10, 13 * 25);
    assertThat(server.runs).isEmpty();
    assertThat(training.notes).noneMatch(note -> note.contains("continues without it"));
  }

  private static int points(String note) {
    return Integer.parseInt(note.replaceAll(".*?([\\d,]+) metric values.*", "$1").replace(",", ""));
  }

  @ParameterizedTest
  @EnumSource(names = {"HANG", "ERROR", "HTML", "TRUNCATED", "LOST_ANSWER"})
  void aServerThatFailsInTheMiddleGetsEverythingOnceItWorksAgain(Fault fault) throws IOException {
    AtomicLong before = new AtomicLong();
    TrackedTraining training =
        TrackedTraining.of(directory, server.uri())
            .observedBy(
                new RunReporter() {
                  @Override
                  public void onRound(Round round, TrainState state, RoundMetrics metrics) {
                    if (metrics.step() == 8) {
                      await("round 6", () -> server.runs.size() == 1 && sent() >= 6);
                      server.faultIn = "log-batch";
                      server.fault = fault;
                      before.set(server.requests.size());
                    } else if (metrics.step() == 22) {
                      // The second is after the failure of the first.
                      await("a failure", () -> server.requests.size() >= before.get() + 2);
                      server.heal();
                    }
                  }
                });
    training.run();
    requireComplete();
    assertThat(training.ofMlflow().get(0)).contains("metrics are buffered");
    assertThat(training.ofMlflow().get(1)).contains("answers again");
    assertThat(training.ofMlflow()).hasSize(2);
  }

  @Test
  void aServerThatIsDownAtTheStartGetsEverythingLater() throws IOException {
    server.down();
    TrackedTraining training =
        TrackedTraining.of(directory, server.uri())
            .observedBy(
                TrackedTraining.at(
                    16,
                    () -> {
                      try {
                        server.up();
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }));
    training.run();
    requireComplete();
    assertThat(training.ofMlflow().get(0)).contains("cannot be reached");
  }

  @Test
  void aServerThatIsDownAtTheEndLosesTheRestWithALineAndTheNextProcessDeliversIt()
      throws IOException {
    TrackedTraining training =
        training(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            24,
            () -> {
              await("round 22", () -> server.runs.size() == 1 && sent() >= 22);
              server.down();
            });
    training.run();
    assertThat(training.ofMlflow())
        .last()
        .asString()
        .contains("cannot be reached", "metric values and the end of the run were not delivered");
    server.up();
    assertThat(server.run().status).isEqualTo("RUNNING");
    TrackedTraining longer =
        new TrackedTraining(
            directory,
            Map.of("report.mlflow.uri", server.uri(), "train.epochs", 4),
            TrackedTraining.FAST,
            new RunReporter() {});
    assertThat(longer.run().step()).isEqualTo(32);
    assertThat(server.run().status).isEqualTo("FINISHED");
    assertThat(steps("training/loss"))
        .containsExactly(3L, 6L, 8L, 11L, 14L, 16L, 19L, 22L, 24L, 27L, 30L, 32L);
    assertThat(steps("validation/loss")).containsExactly(8L, 16L, 24L, 32L);
    assertThat(longer.ofMlflow())
        .containsExactly(
            "MLflow: "
                + server.uri()
                + " keeps the first value of changed parameters: train.epochs");
  }

  @Test
  void theTrainingNeverWaitsForAServerThatHangs() throws IOException {
    server.fault = Fault.HANG;
    MlflowReporter.Limits limits =
        new MlflowReporter.Limits(
            Duration.ofMillis(10), Duration.ofSeconds(60), Duration.ofMillis(100), 100_000);
    TrackedTraining training =
        new TrackedTraining(
            directory,
            Map.of("report.mlflow.uri", server.uri()),
            limits,
            TrackedTraining.at(3, () -> await("a request", () -> server.requests.size() == 1)));
    training.run();
    assertThat(server.requests).hasSize(1);
    assertThat(training.handOvers).hasSize(9);
    assertThat(training.handOvers).allMatch(took -> took.compareTo(Duration.ofMillis(50)) < 0);
  }

  private TrackedTraining training(Duration request, Duration close, long step, Runnable action) {
    return new TrackedTraining(
        directory,
        Map.of("report.mlflow.uri", server.uri()),
        new MlflowReporter.Limits(Duration.ofMillis(50), request, close, 100_000),
        TrackedTraining.at(step, action));
  }

  private long sent() {
    return Position.parse(server.run().tags.getOrDefault("centroid.sent", "")).step();
  }

  private static void await(String what, Callable<Boolean> condition) {
    try {
      Eventually.await(what, Duration.ofSeconds(60), condition);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<Long> steps(String key) {
    return server.points(key).stream().map(MlflowServer.Point::step).toList();
  }

  private void requireComplete() throws IOException {
    assertThat(steps("training/loss")).containsExactlyElementsOf(TrackedTraining.STEPS);
    assertThat(steps("time/seconds")).containsExactlyElementsOf(TrackedTraining.STEPS);
    assertThat(steps("validation/accuracy")).containsExactly(8L, 16L, 24L);
    assertThat(steps("test/accuracy")).containsExactly(24L);
    assertThat(server.run().status).isEqualTo("FINISHED");
    assertThat(Files.exists(directory.resolve("mlflow.json"))).isTrue();
  }
}
