package io.centroid.retrain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.config.RunConfig;
import io.centroid.config.TrustSettings;
import io.centroid.encryption.KeyCheck;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.registry.AliasConflictException;
import io.centroid.registry.AliasRecord;
import io.centroid.registry.Aliases;
import io.centroid.registry.DataFile;
import io.centroid.registry.ModelRegistry;
import io.centroid.retrain.data.DataIncrement;
import io.centroid.retrain.data.DataIncrements;
import io.centroid.run.RunObserver;
import io.centroid.run.metrics.RunReporter;
import io.centroid.train.DivergedException;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One run of {@code retrain}: resumes an interrupted attempt, or starts one if there is new data,
 * and runs it to the end. Every phase is idempotent and saved before the next begins, so the
 * process may be killed at any point. The champion is replaced by a single atomic move of its
 * alias, after the new version is complete.
 */
public final class Retraining {
  private final Function<List<String>, RunConfig> configured;
  private final HadoopFiles files;
  private final Engines engines;
  private final Function<ShardSpec, ShardedData> cluster;
  private final RunObserver observer;
  private final List<RunReporter.Factory> reporters;
  private final Exporter exporter;
  private final Phase.Observer phases;
  private final RunConfig config;

  /**
   * Creates a run.
   *
   * @param configured loads the configuration with additional {@code key=value} overrides
   * @param engines engines that {@code compute.engine} selects from
   * @param cluster distributes a data set to workers on Spark or on threads
   * @param reporters receive the metrics of the challenger's training, before it has a version
   * @param phases called after each phase
   */
  public Retraining(
      Function<List<String>, RunConfig> configured,
      HadoopFiles files,
      Engines engines,
      Function<ShardSpec, ShardedData> cluster,
      RunObserver observer,
      List<RunReporter.Factory> reporters,
      Exporter exporter,
      Phase.Observer phases) {
    this.configured = configured;
    this.config = configured.apply(List.of());
    this.files = config.withKeys(files);
    this.engines = engines;
    this.cluster = cluster;
    this.observer = observer;
    this.reporters = List.copyOf(reporters);
    this.exporter = exporter;
    this.phases = phases;
  }

  /**
   * The result of a run.
   *
   * @param report content of {@code report.json}
   */
  public record Result(Outcome outcome, ObjectNode report) {}

  /**
   * Runs the retraining.
   *
   * @throws InputException if configuration or data cannot be used; the outcome of an attempt is
   *     recorded first
   * @throws io.centroid.checkpoint.lease.LeaseHeldException if another process holds the lease
   * @throws DivergedException if training diverged; the outcome is recorded first
   * @throws AliasConflictException if another writer moved the champion's alias meanwhile; the
   *     outcome is recorded first
   */
  public Result execute() throws IOException {
    requireSettings(config);
    KeyCheck.require(files.configuration());
    ModelRegistry registry =
        PromotionGate.registry(
            files, config.registry().dir(), config.registry().model(), List.of());
    RetrainFolder folder = new RetrainFolder(files, registry.path());
    LeaseTerms terms = new LeaseTerms(config.checkpoint().leaseTimeout(), observer::onNote);
    try (WriterLease lease =
        WriterLease.acquire(
            folder.root(), files.configuration(), terms, "the retraining of " + registry.path())) {
      return execute(registry, folder, lease);
    }
  }

  private Result execute(ModelRegistry registry, RetrainFolder folder, WriterLease lease)
      throws IOException {
    DataIncrements increments = new DataIncrements(files, config.data(), config.retrain());
    List<DataFile> frozen = increments.hashed(config.retrain().validation());
    AttemptSteps steps =
        new AttemptSteps(
            configured, files, engines, cluster, observer, reporters, registry, folder, frozen);
    AttemptRun run =
        new AttemptRun(
            config,
            registry,
            folder,
            lease,
            steps,
            exporter,
            observer,
            phases,
            VersionTracking.of(config.report().mlflow(), files, observer::onNote));
    Optional<AliasRecord.Target> champion = registry.aliases().current(Aliases.CHAMPION);
    DataExamination examination =
        steps.examination(champion.map(AliasRecord.Target::version).orElse(0));
    if (!folder.isPinned()) {
      examination.requireFrozen();
    }
    folder.pin(config.retrain().validation(), frozen);
    Optional<Attempt> newest = folder.newest();
    String trajectory = configured.apply(List.of()).run().trajectoryHash();
    if (newest.isPresent() && newest.get().isBefore(Phase.DONE)) {
      Attempt interrupted = newest.get();
      Optional<String> changed = changed(interrupted, trajectory, increments);
      if (changed.isEmpty()) {
        observer.onNote(
            "resuming attempt %s, which was interrupted after phase %s"
                .formatted(interrupted.number(), interrupted.phase().key()));
        if (interrupted.isBefore(Phase.TRAINED)) {
          steps.examination(interrupted.champion()).requireFrozen();
        }
        return run.finish(interrupted);
      }
      observer.onNote("abandoning attempt %s: %s".formatted(interrupted.number(), changed.get()));
      run.finish(
          interrupted
              .atPhase(Phase.RECORDED)
              .withOutcome(Outcome.ABANDONED, List.of(changed.get())));
    }
    int number = newest.map(Attempt::number).orElse(0) + 1;
    Plan plan =
        new Plan(increments, folder.watermark(), config.retrain(), examination, observer::onNote);
    Optional<Attempt> planned = plan.next(number, trajectory, champion);
    if (!plan.defects().isEmpty()) {
      lease.check();
      folder.write(folder.watermark().withDefects(number, plan.defects()));
    }
    if (planned.isEmpty()) {
      return nothingNew(registry.model(), plan);
    }
    Attempt attempt = planned.get();
    observer.onNote(
        "attempt %s: %s new of %s data increments: %s"
            .formatted(
                number,
                attempt.fresh().size(),
                attempt.training().size(),
                String.join(", ", attempt.fresh().stream().map(DataIncrement::name).toList())));
    return run.finish(run.save(attempt));
  }

  /**
   * The result without an attempt.
   *
   * @throws InputException if there is new data, but none of it can be used
   */
  private Result nothingNew(String model, Plan plan) {
    if (!plan.defects().isEmpty()) {
      throw new InputException(
          "no new data can be used; quarantined: "
              + InputErrors.oneLine(
                  plan.defects().entrySet().stream()
                      .map(entry -> entry.getKey().name() + " (" + entry.getValue() + ")")
                      .collect(Collectors.joining(", "))));
    }
    observer.onNote("no new data in " + config.data().path());
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("outcome", Outcome.NOTHING_NEW.key()).put("promoted", false);
    report.put("model", model);
    if (!plan.waiting().isEmpty()) {
      plan.waiting().forEach(report.putObject("waiting")::put);
    }
    return new Result(Outcome.NOTHING_NEW, report);
  }

  /** Why an interrupted attempt cannot resume; once its outcome is fixed it always can. */
  private static Optional<String> changed(
      Attempt interrupted, String trajectory, DataIncrements increments) {
    if (!interrupted.isBefore(Phase.COMPARED)) {
      return Optional.empty();
    }
    if (!interrupted.trajectory().equals(trajectory)) {
      return Optional.of("the configuration was changed before the attempt was finished");
    }
    Map<String, DataIncrements.Found> there = new LinkedHashMap<>();
    increments.list().forEach(found -> there.put(found.name(), found));
    for (DataIncrement planned : interrupted.training()) {
      DataIncrements.Found found = there.get(planned.name());
      if (found == null || !increments.hashed(found).files().equals(planned.files())) {
        return Optional.of(
            "data increment %s was %s before the attempt was finished"
                .formatted(planned.name(), found == null ? "removed" : "changed"));
      }
    }
    return Optional.empty();
  }

  private static void requireSettings(RunConfig config) {
    RunConfig.Data.Format format = config.data().format();
    if (format != RunConfig.Data.Format.IDX && format != RunConfig.Data.Format.CSV) {
      throw new InputException("retrain: data.format must be idx or csv");
    }
    if (!config.data().parts().isEmpty()) {
      throw new InputException(
          "retrain: data.parts must be empty, since the data increments in data.path are the"
              + " parts");
    }
    if (config.registry().model().isEmpty()) {
      throw new InputException("retrain: registry.model must name the model");
    }
    if (config.retrain().validation().isEmpty()) {
      throw new InputException(
          "retrain: retrain.validation must name the frozen validation set, laid out as a"
              + " data increment");
    }
    if (TrustSettings.of("retrain", config.effective(), List.of()).maxExposure() > 0) {
      throw new InputException(
          "leak.max-exposure must be 0 for retrain, whose tables and images have no canaries");
    }
  }
}
