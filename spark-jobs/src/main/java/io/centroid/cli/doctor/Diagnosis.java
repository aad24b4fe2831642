package io.centroid.cli.doctor;

import io.centroid.error.StorageFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The results of all checks, in their order. */
record Diagnosis(List<Result> checks) {

  /** A check with its name. */
  record Check(String name, Examination examination) {}

  /** The work of a check; one that throws is a finding. */
  interface Examination {
    Outcome examine() throws Exception;
  }

  /** The state of a check, the worst of its findings. */
  enum Status {
    OK,
    NOTE,
    FINDING,
    SKIPPED
  }

  /**
   * The result of a check.
   *
   * @param seconds duration
   */
  record Result(
      String name, Status status, String detail, double seconds, List<Finding> findings) {}

  /** A check that runs on a thread of its own. */
  private record Started(Check check, FutureTask<Result> result) {}

  Diagnosis {
    checks = List.copyOf(checks);
  }

  /**
   * Runs checks concurrently: what does not answer delays no other check.
   *
   * @param limit time limit of all checks; one that takes longer is a finding
   */
  static Diagnosis of(List<Check> checks, Duration limit) {
    long start = System.nanoTime();
    List<Started> all = new ArrayList<>();
    for (Check check : checks) {
      FutureTask<Result> task = new FutureTask<>(() -> examined(check));
      Thread thread = new Thread(task, "doctor-" + check.name());
      thread.setDaemon(true);
      thread.start();
      all.add(new Started(check, task));
    }
    return new Diagnosis(
        all.stream().map(each -> awaited(each, start + limit.toNanos(), limit)).toList());
  }

  private static Result awaited(Started started, long deadline, Duration limit) {
    try {
      long left = Math.max(0, deadline - System.nanoTime());
      return started.result.get(left, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      started.result.cancel(true);
      Finding late =
          Finding.of(
              "the check did not end within " + limit.toSeconds() + " s",
              "What it asks does not answer; a run would wait for it as well.");
      return result(started.check, Outcome.of("no answer", List.of(late)), limit.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Result examined(Check check) {
    long start = System.nanoTime();
    Outcome outcome;
    try {
      outcome = check.examination().examine();
    } catch (Exception | LinkageError e) {
      outcome = Outcome.of("failed", List.of(failed(e)));
    }
    return result(check, outcome, System.nanoTime() - start);
  }

  private static Finding failed(Throwable e) {
    return Finding.of(
        StorageFailure.explained(e), "The check failed; a run is likely to fail in the same way.");
  }

  private static Result result(Check check, Outcome outcome, long nanos) {
    boolean hurts =
        outcome.findings().stream()
            .anyMatch(finding -> finding.severity() == Finding.Severity.FINDING);
    Status status =
        outcome.isSkipped()
            ? Status.SKIPPED
            : hurts ? Status.FINDING : outcome.findings().isEmpty() ? Status.OK : Status.NOTE;
    return new Result(check.name(), status, outcome.detail(), nanos / 1e9, outcome.findings());
  }

  /** Number of findings that hurt a run. */
  long findings() {
    return checks.stream()
        .flatMap(check -> check.findings().stream())
        .filter(finding -> finding.severity() == Finding.Severity.FINDING)
        .count();
  }
}
