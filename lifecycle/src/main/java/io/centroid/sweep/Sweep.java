package io.centroid.sweep;

import io.centroid.Cluster;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.config.RunConfig;
import io.centroid.encryption.KeyCheck;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.run.RunObserver;
import io.centroid.run.RunProgress;
import io.centroid.run.TrainingRun;
import io.centroid.run.metrics.RunReporter;
import io.centroid.sweep.TrialRecord.Status;
import io.centroid.train.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code sweep}: trains the trials of a plan, or resumes an interrupted sweep. Each
 * trial is a normal run in a folder of its own. What a trial reached is recorded before the next
 * step, so the process may be killed at any point, and the results are bitwise identical to those
 * of an uninterrupted sweep and of the trials run alone.
 */
public final class Sweep {
  /** Stands for the end of a trial. */
  private static final int END = Integer.MAX_VALUE;

  private final SweepPlan plan;
  private final SweepFolder folder;
  private final Function<List<String>, RunConfig> configured;
  private final HadoopFiles files;
  private final Engines engines;
  private final Function<Trial, Cluster> clusters;
  private final int parallel;
  private final Function<Trial, List<RunReporter.Factory>> reporters;
  private final SweepObserver observer;
  private SweepResults results;

  /**
   * Creates a sweep.
   *
   * @param dir folder of the sweep: any Hadoop URI or local path
   * @param configured loads the configuration with additional {@code key=value} overrides
   * @param engines engines that {@code compute.engine} selects from
   * @param clusters where a trial's workers run; called on the trial's thread
   * @param parallel number of trials that are trained concurrently
   * @param reporters receive the metrics of each trial's run
   */
  public Sweep(
      SweepPlan plan,
      String dir,
      Function<List<String>, RunConfig> configured,
      HadoopFiles files,
      Engines engines,
      Function<Trial, Cluster> clusters,
      int parallel,
      Function<Trial, List<RunReporter.Factory>> reporters,
      SweepObserver observer) {
    this.plan = plan;
    this.folder = new SweepFolder(files, dir);
    this.configured = configured;
    this.files = files;
    this.engines = engines;
    this.clusters = clusters;
    this.parallel = parallel;
    this.reporters = reporters;
    this.observer = observer;
    this.results = SweepResults.none(plan);
  }

  /** The folder of the sweep; a local path has no scheme. */
  public String folder() {
    return folder.display();
  }

  /** The folder of a trial's run; a local path has no scheme. */
  public String folder(Trial trial) {
    return folder.trial(trial);
  }

  /**
   * Trains the trials. One that diverges, or whose settings cannot be used, is recorded and the
   * others continue; any other failure ends the sweep, which the next call resumes. A trial whose
   * folder is gone is trained again.
   *
   * @throws InputException if the folder is not that of this plan, or a trial's is not that of the
   *     trial; nothing is written then. If all trials have the same bad input, such as missing data
   * @throws io.centroid.checkpoint.lease.LeaseHeldException if another process holds the lease
   */
  public SweepResults execute() throws IOException {
    folder.requireOwn(plan);
    RunConfig config = configured.apply(Trial.overrides(plan.trials().get(0).settings()));
    KeyCheck.require(config.withKeys(files).configuration());
    LeaseTerms terms = new LeaseTerms(config.checkpoint().leaseTimeout(), observer::onNote);
    try (WriterLease lease = folder.acquire(terms)) {
      folder.requireOwn(plan);
      results = retried(present(folder.results(plan)));
      folder.write(plan);
      observer.onStart(results);
      List<Integer> alive = new ArrayList<>();
      plan.trials().forEach(trial -> alive.add(trial.number()));
      Halving halving = plan.halving();
      if (halving != null) {
        for (int rung : halving.rungs(config.train().epochs())) {
          if (alive.size() > 1) {
            train(alive, rung, lease);
            alive.retainAll(survivors(halving, alive, rung, lease));
          }
        }
      }
      train(alive, END, lease);
      save(lease);
      new SweepComparison(plan, results, folder, files).write(config.report(), observer::onNote);
      return results;
    }
  }

  /** Checks the folders of the trials, and plans those again whose folder is gone. */
  private SweepResults present(SweepResults stored) throws IOException {
    SweepResults changed = stored;
    for (Trial trial : plan.trials()) {
      if (folder.has(trial)) {
        folder.requireOwn(trial, configured.apply(Trial.overrides(trial.settings())));
      } else if (stored.of(trial.number()).step() > 0) {
        observer.onNote(trial.name() + ": its folder is gone, it is trained again");
        changed = changed.with(null, TrialRecord.planned(trial.number()));
      }
    }
    return changed;
  }

  /**
   * Trials that failed are tried again, since their data may have been repaired, unless others were
   * stopped without them.
   */
  private static SweepResults retried(SweepResults stored) {
    SweepResults changed = stored;
    if (stored.count(Status.STOPPED) == 0) {
      for (TrialRecord record : stored.trials()) {
        if (record.status() == Status.FAILED) {
          changed = changed.with(null, record.again());
        }
      }
    }
    return changed;
  }

  /** Trains trials to a rung or to their ends. */
  private void train(List<Integer> numbers, int epoch, WriterLease lease) throws IOException {
    List<Trial> open =
        plan.trials().stream()
            .filter(trial -> numbers.contains(trial.number()))
            .filter(trial -> !results.of(trial.number()).hasReached(epoch))
            .toList();
    SideBySide.forEach(open, parallel, trial -> train(trial, epoch, lease));
  }

  private void train(Trial trial, int epoch, WriterLease lease) throws IOException {
    RunObserver run;
    TrialRecord before;
    synchronized (this) {
      run = observer.onTrial(trial);
      before = results.of(trial.number());
    }
    long started = System.nanoTime();
    Metric metric = null;
    TrialRecord after;
    try {
      RunProgress progress = run(trial, run).executeUntil(epoch);
      if (Double.isNaN(progress.metric().of(progress.validation()))) {
        throw new InputException("there are no validation examples: see data.validation-split");
      }
      metric = progress.metric();
      after = before.after(progress, epoch, System.nanoTime() - started);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      TrialFailure failure = TrialFailure.of(e, plan.keys()).orElse(null);
      if (failure == null) {
        throw e;
      }
      after = before.ended(failure.status(), failure.reason(), System.nanoTime() - started);
    }
    record(trial, metric, after, lease);
  }

  private TrainingRun run(Trial trial, RunObserver run) {
    List<String> overrides = Trial.overrides(trial.settings());
    overrides.add("run.dir=" + folder.trial(trial));
    overrides.add("run.name=" + folder.runName(trial));
    RunConfig config = configured.apply(overrides);
    Cluster cluster = clusters.apply(trial);
    return new TrainingRun(
        config,
        files,
        engines,
        shards ->
            cluster.shard(
                shards,
                config.average().slices(),
                config.train().roundLimit(),
                new Cluster.RunLabel(config.run().name(), config.run().dir())),
        run,
        reporters.apply(trial));
  }

  private synchronized void record(
      Trial trial, @Nullable Metric metric, TrialRecord record, WriterLease lease)
      throws IOException {
    results = results.with(metric, record);
    save(lease);
    observer.onRecord(trial, record, results);
  }

  private synchronized void save(WriterLease lease) throws IOException {
    lease.check();
    folder.write(plan, results);
  }

  /** The trials that continue after a rung; records that the others stop. */
  private List<Integer> survivors(
      Halving halving, List<Integer> numbers, int rung, WriterLease lease) throws IOException {
    Metric metric = results.metric();
    if (metric == null) {
      return List.of();
    }
    Map<Integer, Double> scores = new LinkedHashMap<>();
    numbers.forEach(number -> scores.put(number, results.of(number).scoreAt(rung, metric)));
    List<Integer> kept = halving.survivors(scores, metric);
    for (int number : numbers) {
      if (!kept.contains(number) && !results.of(number).isOver()) {
        results = results.with(metric, results.of(number).stopped());
      }
    }
    save(lease);
    observer.onRung(
        rung, kept.stream().map(number -> plan.trials().get(number - 1)).toList(), numbers.size());
    return kept;
  }
}
