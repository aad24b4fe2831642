package io.centroid.retrain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.config.RunConfig;
import io.centroid.encryption.KeyCheck;
import io.centroid.error.InputException;
import io.centroid.io.HadoopPath;
import io.centroid.registry.AliasConflictException;
import io.centroid.registry.Aliases;
import io.centroid.registry.ModelRegistry;
import io.centroid.registry.StoredVersion;
import io.centroid.registry.VersionDraft;
import io.centroid.run.RunObserver;
import io.centroid.train.DivergedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * Runs an attempt phase by phase while holding the lease. Each phase is idempotent and saved before
 * the next begins.
 */
final class AttemptRun {
  private final RunConfig config;
  private final ModelRegistry registry;
  private final RetrainFolder folder;
  private final WriterLease lease;
  private final AttemptSteps steps;
  private final Exporter exporter;
  private final RunObserver observer;
  private final Phase.Observer phases;
  private final VersionTracking tracking;

  AttemptRun(
      RunConfig config,
      ModelRegistry registry,
      RetrainFolder folder,
      WriterLease lease,
      AttemptSteps steps,
      Exporter exporter,
      RunObserver observer,
      Phase.Observer phases,
      VersionTracking tracking) {
    this.config = config;
    this.registry = registry;
    this.folder = folder;
    this.lease = lease;
    this.steps = steps;
    this.exporter = exporter;
    this.observer = observer;
    this.phases = phases;
    this.tracking = tracking;
  }

  /** Runs an attempt from its current phase to the end. */
  Retraining.Result finish(Attempt started) throws IOException {
    Attempt attempt = started;
    RuntimeException failure = null;
    if (attempt.isBefore(Phase.MEASURED)) {
      attempt = save(steps.measureDrift(attempt).atPhase(Phase.MEASURED));
    }
    if (attempt.isBefore(Phase.TRAINED) && attempt.outcome().isEmpty()) {
      try {
        steps.train(attempt);
        attempt = save(attempt.atPhase(Phase.TRAINED));
      } catch (DivergedException e) {
        failure = e;
        attempt = save(ended(attempt, Outcome.DIVERGED, e).atPhase(Phase.TRAINED));
      } catch (InputException e) {
        if (KeyCheck.isAboutKeys(e)) {
          throw e; // Such as a checkpoint that is not signed yet: the attempt resumes.
        }
        // A resumed attempt would not see the data that may arrive until the next run.
        failure = e;
        attempt = save(ended(attempt, Outcome.FAILED, e).atPhase(Phase.RECORDED));
        observer.onNote(
            "attempt %s has failed; its data stays new, and the next run starts another attempt"
                .formatted(attempt.number()));
      }
    }
    if (attempt.isBefore(Phase.COMPARED)) {
      Attempt compared = attempt.outcome().isEmpty() ? steps.compare(attempt) : attempt;
      attempt = save(compared.atPhase(Phase.COMPARED));
    }
    if (attempt.isBefore(Phase.EXPORTED)) {
      if (attempt.hasOutcome(Outcome.PROMOTED)) {
        for (String format : config.retrain().exports()) {
          exporter.export(
              format, steps.checkpoint(attempt), steps.validationKeys(), export(attempt, format));
        }
      }
      attempt = save(attempt.atPhase(Phase.EXPORTED));
    }
    if (attempt.isBefore(Phase.REGISTERED)) {
      attempt = save(registered(attempt));
    }
    if (attempt.isBefore(Phase.MOVED)) {
      lease.check();
      try {
        move(attempt);
        attempt = save(attempt.atPhase(Phase.MOVED));
      } catch (AliasConflictException e) {
        failure = e;
        attempt = save(ended(attempt, Outcome.ALIAS_CONFLICT, e).atPhase(Phase.RECORDED));
      }
    }
    if (attempt.isBefore(Phase.RECORDED)) {
      lease.check();
      if (attempt.outcome().map(Outcome::consumesData).orElse(false)) {
        folder.write(
            folder.watermark().with(attempt.number(), attempt.fresh(), isQuarantined(attempt)));
      }
      attempt = save(attempt.atPhase(Phase.RECORDED));
    }
    ObjectNode report = done(attempt);
    if (failure != null) {
      throw failure;
    }
    return new Retraining.Result(attempt.outcome().orElse(Outcome.ABANDONED), report);
  }

  private static Attempt ended(Attempt attempt, Outcome outcome, RuntimeException why) {
    return attempt.withOutcome(outcome, List.of(String.valueOf(why.getMessage())));
  }

  /** Saves the phase before the next step begins. */
  Attempt save(Attempt attempt) throws IOException {
    lease.check();
    folder.write(attempt);
    phases.completed(attempt.phase());
    return attempt;
  }

  private Attempt registered(Attempt attempt) throws IOException {
    if (!attempt.outcome().map(Outcome::hasChallenger).orElse(false)) {
      return attempt.atPhase(Phase.REGISTERED);
    }
    Map<String, Path> exports = new LinkedHashMap<>();
    if (attempt.hasOutcome(Outcome.PROMOTED)) {
      for (String format : config.retrain().exports()) {
        exports.put(format, export(attempt, format));
      }
    }
    String key = "attempt %s of %s".formatted(attempt.number(), folder.root());
    StoredVersion version =
        registry.register(
            new VersionDraft(
                key,
                steps.provenance(attempt),
                steps.checkpoint(attempt),
                exports,
                steps.attachments(attempt)));
    observer.onNote("registered as " + version);
    return attempt.withVersion(version.number()).atPhase(Phase.REGISTERED);
  }

  /** Moves the aliases, and MLflow's after them; repeated if the attempt is interrupted here. */
  private void move(Attempt attempt) throws IOException {
    String reason = "attempt " + attempt.number();
    int version = attempt.version();
    if (version > 0) {
      tracking.registered(registry.version(version));
      registry.aliases().move(Aliases.CHALLENGER, version, reason);
      tracking.moved(registry.model(), Aliases.CHALLENGER, version);
    }
    if (attempt.hasOutcome(Outcome.PROMOTED)) {
      registry.aliases().move(Aliases.CHAMPION, version, attempt.championSince(), reason);
      tracking.moved(registry.model(), Aliases.CHAMPION, version);
    }
  }

  private boolean isQuarantined(Attempt attempt) {
    return switch (config.retrain().quarantine()) {
      case NEVER -> false;
      case NOT_PROMOTED -> !attempt.hasOutcome(Outcome.PROMOTED);
      case WORSE -> !attempt.hasOutcome(Outcome.PROMOTED) && !attempt.hasOutcome(Outcome.NO_GAIN);
    };
  }

  private ObjectNode done(Attempt attempt) throws IOException {
    Path place = folder.attempt(attempt.number());
    ObjectNode report = Report.json(registry.model(), attempt);
    report.put("report", new Path(place, "report.md").toString());
    folder.write(
        new Path(place, "report.json"),
        (report.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    folder.write(
        new Path(place, "report.md"),
        Report.markdown(registry.model(), attempt).getBytes(StandardCharsets.UTF_8));
    if (attempt.version() > 0) {
      registry.retain(config.registry().keep());
    }
    if (!config.retrain().keepRun()) {
      folder.delete(new Path(place, "run"));
    }
    folder.delete(new Path(place, "exports"));
    save(attempt.atPhase(Phase.DONE));
    return report;
  }

  private Path export(Attempt attempt, String format) {
    return HadoopPath.child(folder.attempt(attempt.number()), "exports/" + format);
  }
}
