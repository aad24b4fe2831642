package io.centroid.retrain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputException;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.registry.AliasConflictException;
import io.centroid.registry.Aliases;
import io.centroid.registry.ModelRegistry;
import io.centroid.retrain.data.DataIncrement;
import io.centroid.retrain.data.DataIncrements;
import io.centroid.run.RunObserver;
import io.centroid.train.DivergedException;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One run of {@code retrain}: goes on with an attempt that was cut off, or begins one if there is
 * new data, and brings it to its end. Every step is written down before the next begins and can be
 * done again, so a process may die anywhere; the champion changes by one move of its alias, after
 * all that it needs is there.
 */
public final class Retraining {
  private final Function<List<String>, RunConfig> configured;
  private final HadoopFiles files;
  private final Engines engines;
  private final Function<ShardSpec, ShardedData> cluster;
  private final RunObserver observer;
  private final Exporter exporter;
  private final Phase.Observer phases;
  private final RunConfig config;

  /**
   * A run.
   *
   * @param configured the configuration with more {@code key=value} overrides
   * @param engines those that {@code compute.engine} chooses from
   * @param cluster deals a data set to workers: on Spark, or on threads
   * @param phases told of each phase
   */
  public Retraining(
      Function<List<String>, RunConfig> configured,
      HadoopFiles files,
      Engines engines,
      Function<ShardSpec, ShardedData> cluster,
      RunObserver observer,
      Exporter exporter,
      Phase.Observer phases) {
    this.configured = configured;
    this.files = files;
    this.engines = engines;
    this.cluster = cluster;
    this.observer = observer;
    this.exporter = exporter;
    this.phases = phases;
    this.config = configured.apply(List.of());
  }

  /**
   * How it ended.
   *
   * @param report what {@code report.json} holds
   */
  public record Result(Outcome outcome, ObjectNode report) {}

  /**
   * Runs.
   *
   * @throws InputException if configuration or data cannot be used
   * @throws io.centroid.checkpoint.lease.LeaseHeldException if another process is at it
   * @throws DivergedException if training diverged; that is noted first
   * @throws AliasConflictException if somebody moved the champion's alias meanwhile; that is noted
   *     first
   */
  public Result execute() throws IOException {
    requireSettings(config);
    ModelRegistry registry =
        ModelRegistry.of(files, config.registry().dir(), config.registry().model());
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
    AttemptSteps steps =
        new AttemptSteps(configured, files, engines, cluster, observer, registry, folder);
    AttemptRun run =
        new AttemptRun(config, registry, folder, lease, steps, exporter, observer, phases);
    DataIncrements deliveries = new DataIncrements(files, config.data(), config.retrain().marker());
    folder.pin(config.retrain().validation(), deliveries.hashed(config.retrain().validation()));
    Optional<Attempt> newest = folder.newest();
    String trajectory = configured.apply(List.of()).run().trajectoryHash();
    if (newest.isPresent() && newest.get().isBefore(Phase.DONE)) {
      Attempt cutOff = newest.get();
      Optional<String> changed = changed(cutOff, trajectory, deliveries);
      if (changed.isEmpty()) {
        observer.onNote(
            "going on with attempt %d, which was cut off after it was %s"
                .formatted(cutOff.number(), cutOff.phase().key()));
        return run.finish(cutOff);
      }
      observer.onNote("giving up attempt %d: %s".formatted(cutOff.number(), changed.get()));
      run.finish(cutOff.at(Phase.NOTED).ends(Outcome.ABANDONED, List.of(changed.get())));
    }
    int number = newest.map(Attempt::number).orElse(0) + 1;
    Optional<Attempt> planned =
        new Plan(deliveries, folder.watermark(), config.retrain())
            .next(number, trajectory, registry.aliases().current(Aliases.CHAMPION));
    if (planned.isEmpty()) {
      observer.onNote("nothing new in " + config.data().path());
      ObjectNode report = JsonNodeFactory.instance.objectNode();
      report.put("outcome", Outcome.NOTHING_NEW.key()).put("promoted", false);
      report.put("model", registry.model());
      return new Result(Outcome.NOTHING_NEW, report);
    }
    Attempt attempt = planned.get();
    observer.onNote(
        "attempt %d: %d new of %d deliveries: %s"
            .formatted(
                number,
                attempt.fresh().size(),
                attempt.training().size(),
                String.join(", ", attempt.fresh().stream().map(DataIncrement::name).toList())));
    return run.finish(run.kept(attempt));
  }

  /** Why an attempt that was cut off cannot go on; once its outcome is fixed it always can. */
  private static Optional<String> changed(
      Attempt cutOff, String trajectory, DataIncrements deliveries) {
    if (!cutOff.isBefore(Phase.COMPARED)) {
      return Optional.empty();
    }
    if (!cutOff.trajectory().equals(trajectory)) {
      return Optional.of("the configuration was changed before it was finished");
    }
    Map<String, DataIncrements.Found> there = new LinkedHashMap<>();
    deliveries.find().forEach(found -> there.put(found.name(), found));
    for (DataIncrement planned : cutOff.training()) {
      DataIncrements.Found found = there.get(planned.name());
      if (found == null || !deliveries.hashed(found).equals(planned)) {
        return Optional.of(
            "delivery %s was %s before it was finished"
                .formatted(planned.name(), found == null ? "taken away" : "changed"));
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
          "retrain: data.parts must be empty, since the deliveries in data.path are the parts");
    }
    if (config.registry().model().isEmpty()) {
      throw new InputException("retrain: registry.model must name the model");
    }
    if (config.retrain().validation().isEmpty()) {
      throw new InputException(
          "retrain: retrain.validation must name the frozen validation set, laid out as a"
              + " delivery");
    }
  }
}
