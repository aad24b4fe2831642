package io.centroid.report;

import io.centroid.evaluate.Evaluation;
import io.centroid.run.metrics.MetricsRow;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** Writes {@code report.html} into the run's folder when the run is finished. */
public final class HtmlReporter implements RunReporter.Factory {
  @Override
  public String name() {
    return RunReport.FILE;
  }

  @Override
  public Optional<RunReporter> open(ReportedRun run, TrainState start) {
    return run.config().report().html() ? Optional.of(new AtTheEnd(run)) : Optional.empty();
  }

  /**
   * Summarizes the metrics as they are measured, so that the file is not parsed at the end: that
   * took about half of the time of a short run's report. Those of a run that was resumed or rolled
   * back are read from the file.
   */
  private static final class AtTheEnd implements RunReporter {
    private final ReportedRun run;
    private @Nullable MetricsSummary metrics;

    AtTheEnd(ReportedRun run) {
      this.run = run;
      this.metrics = run.startStep() == 0 ? new MetricsSummary() : null;
    }

    @Override
    public void onRound(Round round, TrainState state, RoundMetrics measured) {
      if (metrics != null) {
        metrics.add(new MetricsRow.OfRound(measured));
      }
    }

    @Override
    public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
      if (metrics != null) {
        Map<String, Double> finite = new TreeMap<>(evaluation.metrics());
        finite.values().removeIf(value -> !Double.isFinite(value));
        metrics.add(
            new MetricsRow.OfEvaluation(
                null,
                state.rounds(),
                state.steps(),
                state.epoch(),
                part.name().toLowerCase(Locale.ROOT),
                evaluation.examples(),
                finite));
      }
    }

    @Override
    public void onRollback(TrainState state, Rollback rollback) {
      metrics = null;
    }

    @Override
    public void onResult(RunResult result) throws IOException {
      RunReport.write(
              run.files(),
              run.directory(),
              Optional.ofNullable(metrics),
              new Path(run.directory(), RunReport.FILE))
          .forEach(note -> run.notes().accept(RunReport.FILE + ": " + note));
    }
  }
}
