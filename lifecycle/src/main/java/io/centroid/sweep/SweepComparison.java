package io.centroid.sweep;

import io.centroid.config.RunConfig;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Json;
import io.centroid.report.Numbers;
import io.centroid.report.RunReport;
import io.centroid.sweep.TrialRecord.Status;
import io.centroid.tensorboard.HParams;
import io.centroid.train.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What compares the trials of a sweep for people: a report and TensorBoard's page of
 * hyperparameters.
 */
record SweepComparison(
    SweepPlan plan, SweepResults results, SweepFolder folder, HadoopFiles files) {
  /** Trials in the report, the best ones: curves of more cannot be distinguished. */
  private static final int MOST_COMPARED = 40;

  /** Writes what compares the trials, for people: a failure is a remark. */
  void write(RunConfig.Report report, Consumer<String> notes) {
    List<Trial> compared =
        results.ranked().stream()
            .filter(record -> !record.validation().isEmpty())
            .limit(MOST_COMPARED)
            .map(record -> plan.trials().get(record.trial() - 1))
            .toList();
    try {
      if (report.tensorboard()) {
        HParams.writeExperiment(
            files,
            folder.path(),
            plan.trials().size() + " trials of " + String.join(", ", plan.keys()),
            plan.values(),
            metrics());
      }
      if (report.html() && compared.isEmpty()) {
        notes.accept("no trial has an evaluation: there is no report");
      } else if (report.html()) {
        RunReport.write(
            files,
            compared.stream().map(trial -> HadoopPath.child(folder.path(), trial.name())).toList(),
            HadoopPath.child(folder.path(), RunReport.FILE),
            remarks(compared.size()),
            results.best().isPresent(),
            unfinished());
      }
    } catch (IOException | RuntimeException e) {
      notes.accept("the trials are not compared in a report: " + StorageFailure.reason(e));
    }
  }

  /** Tags of the validation metrics of all trials. */
  private List<String> metrics() {
    return results.trials().stream()
        .flatMap(record -> record.validation().keySet().stream())
        .distinct()
        .sorted()
        .map(name -> "validation/" + name)
        .toList();
  }

  /** What the sweep found, and what became of the trials that the report does not compare. */
  private List<String> remarks(int compared) {
    List<String> remarks = new ArrayList<>();
    remarks.add(
        "Sweep of "
            + String.join(", ", plan.keys())
            + ": "
            + plan.trials().size()
            + " trials"
            + (compared < plan.trials().size() ? ", of which " + compared + " are compared" : ""));
    Metric metric = results.metric();
    TrialRecord best = results.best().orElse(null);
    if (metric != null && best != null) {
      remarks.add(
          "Best: "
              + described(best)
              + ", validation "
              + metric.key()
              + " "
              + Numbers.metric(metric.key(), best.score(metric)));
    }
    for (TrialRecord record : results.trials()) {
      switch (record.status()) {
        case STOPPED -> remarks.add(described(record) + ": stopped after epoch " + record.epochs());
        case DIVERGED, FAILED ->
            remarks.add(
                described(record) + ": " + Json.spelling(record.status()) + ", " + record.reason());
        case PLANNED, PAUSED, FINISHED -> {}
      }
    }
    return remarks;
  }

  /** Statuses of the trials that were not trained to their end, by name. */
  private Map<String, String> unfinished() {
    return results.trials().stream()
        .filter(record -> record.isOver() && record.status() != Status.FINISHED)
        .collect(
            Collectors.toMap(
                record -> plan.trials().get(record.trial() - 1).name(),
                record -> Json.spelling(record.status())));
  }

  private String described(TrialRecord record) {
    Trial trial = plan.trials().get(record.trial() - 1);
    return trial.name() + " (" + trial.description() + ")";
  }
}
