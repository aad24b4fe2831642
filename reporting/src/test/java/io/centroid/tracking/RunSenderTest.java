package io.centroid.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.run.metrics.ReportedRun;
import io.centroid.tracking.MlflowServer.Fault;
import io.centroid.tracking.Position.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Senders of the same run, as of several processes. */
class RunSenderTest extends MlflowFixture {
  private static final Position BEGIN = Position.endOf(0, 0);

  private final List<Thread> threads = new ArrayList<>();
  private final MetricsBuffer buffer = new MetricsBuffer(100_000);
  private ReportedRun run;

  @BeforeEach
  void train() throws IOException {
    TrackedTraining untracked = TrackedTraining.of(directory, "");
    untracked.run();
    run = untracked.reported();
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join();
    }
  }

  private RunSender sender(Position start, MetricsBuffer from) {
    return new RunSender(http(), run, start, from, Duration.ofMillis(20));
  }

  private Thread started(RunSender sender) {
    Thread thread = new Thread(sender, "sender of a test");
    threads.add(thread);
    thread.start();
    return thread;
  }

  private static List<String> notes(RunSender sender) {
    List<String> notes = new ArrayList<>();
    for (String note = sender.note(); note != null; note = sender.note()) {
      notes.add(note);
    }
    return notes;
  }

  private static Row round(int rollbacks, long step, double loss) {
    return new Row.Measured(
        new Position(rollbacks, step, Kind.ROUND), 1_800_000_000_000L, Map.of("loss", loss));
  }

  @ParameterizedTest
  @CsvSource({
    "KILLED, FAILED, KILLED",
    "FAILED, KILLED, FAILED",
    "KILLED, FINISHED, FINISHED",
    "FINISHED, KILLED, FINISHED",
    "FINISHED, FAILED, FINISHED"
  })
  void theCauseOfTheEndIsKeptAndAFinishedRunIsFinished(
      RunStatus first, RunStatus second, String kept) {
    RunSender sender = sender(BEGIN, buffer);
    sender.end(first);
    sender.end(second);
    sender.run();
    assertThat(server.run().status).isEqualTo(kept);
  }

  @Test
  void aProcessThatLostTheRunDoesNotEndIt() throws InterruptedException {
    RunSender earlier = sender(BEGIN, buffer);
    Thread thread = started(earlier);
    await(
        "a run",
        () -> server.runs.size() == 1 && directory.resolve("mlflow.json").toFile().exists());
    await("its parameters", () -> !server.run().params.isEmpty());
    RunSender later = sender(BEGIN, new MetricsBuffer(1));
    later.end(RunStatus.FINISHED);
    later.run();
    assertThat(server.run().status).isEqualTo("FINISHED");
    earlier.end(RunStatus.FAILED);
    thread.join();
    assertThat(server.run().status).isEqualTo("FINISHED");
    assertThat(earlier.isComplete()).isTrue();
    assertThat(notes(earlier)).singleElement().asString().contains("continued by another process");
    assertThat(notes(later)).isEmpty();
  }

  @Test
  void aRollbackDuringTheBackfillRepeatsNothing() throws IOException {
    // The process resumed at step 14, and rolled back to 8 before anything was sent.
    Files.write(
        directory.resolve("metrics.jsonl"),
        List.of(
            "{\"type\":\"round\",\"step\":3,\"round\":1,\"loss\":0.5}",
            "{\"type\":\"round\",\"step\":8,\"round\":2,\"loss\":0.4}",
            "{\"type\":\"rollback\",\"step\":8,\"rollback\":1,\"reason\":\"NaN\"}",
            "{\"type\":\"round\",\"step\":11,\"round\":3,\"loss\":0.3}",
            "{\"type\":\"round\",\"step\":14,\"round\":4,\"loss\":0.2}"));
    buffer.add(new Row.RolledBack(Position.endOf(1, 8), "NaN"));
    buffer.add(round(1, 11, 0.3));
    buffer.add(round(1, 14, 0.2));
    RunSender sender = sender(Position.endOf(0, 14), buffer);
    sender.end(RunStatus.FINISHED);
    sender.run();
    assertThat(server.run().points)
        .extracting(MlflowServer.Point::step)
        .containsExactly(3L, 8L, 11L, 14L);
    assertThat(server.run().tags)
        .containsEntry("centroid.rollback.1", "to step 8: NaN")
        .containsEntry("centroid.sent", "round 14 after rollback 1");
    assertThat(notes(sender)).isEmpty();
  }

  @Test
  void roundsThatAResumedProcessTrainsWithoutTheRollbackOfTheKilledOneAreNotLost() {
    buffer.add(new Row.RolledBack(Position.endOf(1, 8), "NaN"));
    buffer.add(round(1, 11, 0.3));
    RunSender killed = sender(BEGIN, buffer);
    killed.end(RunStatus.KILLED);
    killed.run();
    MetricsBuffer other = new MetricsBuffer(1_000);
    other.add(round(0, 11, 0.25));
    other.add(round(0, 14, 0.2));
    RunSender resumed = sender(BEGIN, other);
    resumed.end(RunStatus.FINISHED);
    resumed.run();
    assertThat(server.points("loss"))
        .extracting(MlflowServer.Point::value)
        .containsExactly(0.3, 0.25, 0.2);
  }

  @Test
  void aServerThatKnowsNoneOfItsRunsIsAnOutageAfterTheSecond() {
    server.fault = Fault.UNKNOWN;
    server.faultIn = "runs/(get|log-batch|update)";
    RunSender sender = sender(BEGIN, buffer);
    started(sender);
    await("four attempts", () -> calls("runs/get") >= 4);
    assertThat(server.runs).hasSize(2);
    assertThat(sender.isFailing()).isTrue();
    server.heal();
    sender.end(RunStatus.FINISHED);
    await("the end", sender::isComplete);
    assertThat(server.statuses()).containsExactly("RUNNING", "FINISHED");
    assertThat(calls("runs/create")).isEqualTo(2);
  }

  @Test
  void aDamagedRecordIsReportedOnceHoweverOftenTheServerFails() throws IOException {
    Files.writeString(directory.resolve("mlflow.json"), "{}");
    server.fault = Fault.ERROR;
    RunSender sender = sender(BEGIN, buffer);
    started(sender);
    await("three attempts", () -> calls("experiments/get-by-name") >= 3);
    server.heal();
    sender.end(RunStatus.FINISHED);
    await("the end", sender::isComplete);
    assertThat(notes(sender)).filteredOn(note -> note.contains("gets a new run")).hasSize(1);
  }

  @Test
  void aRunWhoseCreationWasNotAnsweredIsFoundAgain() {
    server.fault = Fault.LOST_ANSWER;
    server.faultIn = "runs/create";
    RunSender sender = sender(BEGIN, buffer);
    sender.end(RunStatus.FINISHED);
    started(sender);
    await("the end", sender::isComplete);
    assertThat(server.run().status).isEqualTo("FINISHED");
    assertThat(calls("runs/create")).isEqualTo(1);
  }
}
