package io.centroid.sweep;

import io.centroid.error.InputErrors;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import io.centroid.sweep.TrialRecord.Status;
import io.centroid.train.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The results of a sweep so far, stored in {@code results.json} after each trial that pauses or
 * ends.
 *
 * @param metric metric by which trials are compared; null before the first one has been evaluated
 * @param trials records in order of the trials
 */
public record SweepResults(@Nullable Metric metric, List<TrialRecord> trials) {
  private static final ChecksummedJson FORM = new ChecksummedJson("format", 1);

  public SweepResults {
    trials = List.copyOf(trials);
    for (int i = 0; i < trials.size(); i++) {
      Json.require(trials.get(i).trial() == i + 1, "trials", "numbers from 1");
    }
  }

  static SweepResults none(SweepPlan plan) {
    return new SweepResults(
        null, plan.trials().stream().map(trial -> TrialRecord.planned(trial.number())).toList());
  }

  /** The record of a trial. */
  public TrialRecord of(int trial) {
    return trials.get(trial - 1);
  }

  SweepResults with(@Nullable Metric measured, TrialRecord record) {
    List<TrialRecord> changed = new ArrayList<>(trials);
    changed.set(record.trial() - 1, record);
    return new SweepResults(measured == null ? metric : measured, changed);
  }

  /**
   * The trials from the best to the worst: the finished ones by the metric, then those that were
   * trained less, by epochs and metric, then those that diverged or failed; in a tie by number.
   */
  public List<TrialRecord> ranked() {
    Metric by = metric == null ? Metric.LOSS : metric;
    Comparator<TrialRecord> better =
        (one, other) ->
            by.isBetter(one.score(by), other.score(by), 0)
                ? -1
                : by.isBetter(other.score(by), one.score(by), 0) ? 1 : 0;
    return trials.stream()
        .sorted(
            Comparator.comparing((TrialRecord record) -> Double.isNaN(record.score(by)))
                .thenComparing(record -> record.status() != Status.FINISHED)
                .thenComparing(record -> record.status() == Status.FINISHED ? 0 : -record.epochs())
                .thenComparing(better)
                .thenComparing(TrialRecord::trial))
        .toList();
  }

  /** The best trial; empty if none has been evaluated. */
  public Optional<TrialRecord> best() {
    return metric == null
        ? Optional.empty()
        : ranked().stream().findFirst().filter(record -> !Double.isNaN(record.score(metric)));
  }

  /** Number of trials with a status. */
  public long count(Status status) {
    return trials.stream().filter(record -> record.status() == status).count();
  }

  /** The content of {@code results.json}. */
  byte[] toJson() {
    return FORM.write(this);
  }

  /**
   * Parses {@code results.json}.
   *
   * @throws io.centroid.error.InputException if it is not valid, was changed after it was written,
   *     or does not belong to the plan
   */
  static SweepResults parse(String file, byte[] content, SweepPlan plan) {
    SweepResults results = FORM.read(file, content, SweepResults.class);
    if (results.trials.size() != plan.trials().size()) {
      throw InputErrors.of(
          file,
          "number of trials",
          plan.trials().size() + " as in sweep.json",
          "" + results.trials.size());
    }
    return results;
  }
}
