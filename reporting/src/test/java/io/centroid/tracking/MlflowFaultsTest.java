package io.centroid.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunReporter;
import io.centroid.tracking.MlflowServer.Fault;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that are down, late or answer something else: training does not depend on them. */
class MlflowFaultsTest extends MlflowFixture {
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
        training()
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
        training()
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
  void aFinishedRunThatIsStartedAgainDeliversWhatTheServerLacks() throws IOException {
    downAtTheEnd(22);
    long finished = Files.getLastModifiedTime(directory.resolve("result.json")).toMillis();
    TrackedTraining again = training();
    assertThat(again.run().step()).isEqualTo(24);
    assertThat(again.handOvers).isEmpty();
    assertThat(again.ofMlflow())
        .singleElement()
        .asString()
        .endsWith(" has now received what it lacked of the finished run");
    requireComplete();
    assertThat(server.run().endTime).isEqualTo(finished);
    assertThat(server.artifacts)
        .containsOnlyKeys(
            Stream.of("effective.conf", "result.json")
                .map(name -> "1/" + server.runIds().get(0) + "/artifacts/" + name)
                .toList());
    server.requests.clear();
    TrackedTraining complete = training();
    complete.run();
    assertThat(complete.ofMlflow()).isEmpty();
    assertThat(server.requests).as("the server has all").singleElement().asString().contains("GET");
  }

  @Test
  void aServerThatWasDownThroughoutGetsTheWholeRunOnceItIsStartedAgain() throws IOException {
    server.down();
    training(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, () -> {}).run();
    TrackedTraining stillDown = training();
    assertThat(stillDown.run().step()).isEqualTo(24);
    assertThat(stillDown.ofMlflow())
        .containsExactly(
            "MLflow: "
                + server.uri()
                + " cannot be reached; what it lacks of the finished run is sent when the run is"
                + " started again");
    server.up();
    assertThat(server.runs).isEmpty();
    training().run();
    requireComplete();
    assertThat(server.run().startTime).isEqualTo(server.points("training/loss").get(0).timestamp());
    assertThat(server.run().params).containsEntry("train.workers", "2");
  }

  private void downAtTheEnd(long delivered) throws IOException {
    TrackedTraining training =
        training(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            24,
            () -> {
              await("a round", () -> server.runs.size() == 1 && sent() >= delivered);
              server.down();
            });
    training.run();
    assertThat(training.ofMlflow())
        .last()
        .asString()
        .contains("cannot be reached", "metric values and the end of the run were not delivered");
    server.up();
    assertThat(server.run().status).isEqualTo("RUNNING");
  }

  @Test
  void aServerThatIsDownAtTheEndGetsTheRestWhenTheRunIsTrainedLonger() throws IOException {
    downAtTheEnd(22);
    TrackedTraining longer = training().with("train.epochs", 4);
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
        training()
            .within(limits)
            .observedBy(
                TrackedTraining.at(3, () -> await("a request", () -> server.requests.size() == 1)));
    training.run();
    assertThat(server.requests).hasSize(1);
    assertThat(training.handOvers).hasSize(9);
    assertThat(training.handOvers).allMatch(took -> took.compareTo(Duration.ofMillis(50)) < 0);
  }

  private TrackedTraining training(Duration request, Duration close, long step, Runnable action) {
    return training()
        .within(new MlflowReporter.Limits(Duration.ofMillis(50), request, close, 100_000))
        .observedBy(TrackedTraining.at(step, action));
  }
}
