package io.centroid.cli.watch;

import io.centroid.cli.report.RunLine;
import io.centroid.error.InputErrors;
import io.centroid.run.metrics.MetricsRow;
import java.io.PrintWriter;

/**
 * Prints a run as lines: one for each evaluation, and one for the newest round of each reading.
 * What was printed is not printed again when a resumed run repeats its rounds.
 */
final class WatchLines implements MetricsTail.Sink {
  private final WatchedRun run;
  private final PrintWriter out;
  private long printedStep;
  private long evaluatedStep;
  private int printedRollbacks;
  private long stepBefore = -1;
  private String printedProblem = "";

  WatchLines(WatchedRun run, PrintWriter out) {
    this.run = run;
    this.out = out;
  }

  @Override
  public void onReplaced() {
    stepBefore = Math.max(stepBefore, run.step());
    run.onReplaced();
  }

  @Override
  public void onDamaged(long number) {
    run.onDamaged(number);
  }

  @Override
  public void onRow(MetricsRow row) {
    run.onRow(row);
    if (row instanceof MetricsRow.OfRollback rollback && rollback.number() > printedRollbacks) {
      printedRollbacks = rollback.number();
      printedStep = rollback.step();
      evaluatedStep = rollback.step();
      stepBefore = -1;
      out.println("rolled back to step " + rollback.step() + ": " + plain(rollback.reason()));
    } else if (row instanceof MetricsRow.OfEvaluation evaluation
        && evaluation.part().equals("validation")
        && evaluation.step() > evaluatedStep) {
      evaluatedStep = evaluation.step();
      printedStep = Math.max(printedStep, evaluatedStep);
      out.println(run.line(RunLine.metrics(evaluation.metrics())).text());
    }
  }

  /** Prints what the end of a reading showed. */
  void onRead() {
    if (run.step() < stepBefore) {
      out.println("resumed from step " + run.step());
    }
    stepBefore = -1;
    String problem = run.problem();
    if (!problem.isEmpty() && !problem.equals(printedProblem)) {
      out.println(problem);
    }
    printedProblem = problem;
    if (run.step() > printedStep) {
      printedStep = run.step();
      out.println(run.line("").text());
    }
    out.flush();
  }

  private static String plain(String text) {
    return InputErrors.oneLine(text);
  }
}
