package io.centroid.retrain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.config.RunConfig;
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
 * Takes an attempt from phase to phase, under the lease: each is written down before the next
 * begins, and each can be done again.
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

  AttemptRun(
      RunConfig config,
      ModelRegistry registry,
      RetrainFolder folder,
      WriterLease lease,
      AttemptSteps steps,
      Exporter exporter,
      RunObserver observer,
      Phase.Observer phases) {
    this.config = config;
    this.registry = registry;
    this.folder = folder;
    this.lease = lease;
    this.steps = steps;
    this.exporter = exporter;
    this.observer = observer;
    this.phases = phases;
  }

  /** Brings an attempt to its end, from wherever it stands. */
  Retraining.Result finish(Attempt begun) throws IOException {
    Attempt attempt = begun;
    RuntimeException failure = null;
    if (attempt.isBefore(Phase.MEASURED)) {
      attempt = kept(steps.measured(attempt).at(Phase.MEASURED));
    }
    if (attempt.isBefore(Phase.TRAINED) && attempt.outcome().isEmpty()) {
      try {
        steps.train(attempt);
        attempt = kept(attempt.at(Phase.TRAINED));
      } catch (DivergedException e) {
        failure = e;
        attempt = kept(ended(attempt, Outcome.DIVERGED, e).at(Phase.TRAINED));
      }
    }
    if (attempt.isBefore(Phase.COMPARED)) {
      Attempt compared = attempt.outcome().isEmpty() ? steps.compared(attempt) : attempt;
      attempt = kept(compared.at(Phase.COMPARED));
    }
    if (attempt.isBefore(Phase.EXPORTED)) {
      if (attempt.endsWith(Outcome.PROMOTED)) {
        for (String form : config.retrain().exports()) {
          exporter.export(
              form, steps.checkpoint(attempt), steps.validationKeys(), export(attempt, form));
        }
      }
      attempt = kept(attempt.at(Phase.EXPORTED));
    }
    if (attempt.isBefore(Phase.REGISTERED)) {
      attempt = kept(registered(attempt));
    }
    if (attempt.isBefore(Phase.MOVED)) {
      lease.check();
      try {
        move(attempt);
        attempt = kept(attempt.at(Phase.MOVED));
      } catch (AliasConflictException e) {
        failure = e;
        attempt = kept(ended(attempt, Outcome.OVERTAKEN, e).at(Phase.NOTED));
      }
    }
    if (attempt.isBefore(Phase.NOTED)) {
      lease.check();
      if (attempt.outcome().map(Outcome::judgesData).orElse(false)) {
        folder.write(
            folder.watermark().with(attempt.number(), attempt.fresh(), isQuarantined(attempt)));
      }
      attempt = kept(attempt.at(Phase.NOTED));
    }
    ObjectNode report = done(attempt);
    if (failure != null) {
      throw failure;
    }
    return new Retraining.Result(attempt.outcome().orElse(Outcome.ABANDONED), report);
  }

  private static Attempt ended(Attempt attempt, Outcome outcome, RuntimeException why) {
    return attempt.ends(outcome, List.of(String.valueOf(why.getMessage())));
  }

  /** Writes down how far it is; before the next step begins. */
  Attempt kept(Attempt attempt) throws IOException {
    lease.check();
    folder.write(attempt);
    phases.passed(attempt.phase());
    return attempt;
  }

  private Attempt registered(Attempt attempt) throws IOException {
    if (!attempt.outcome().map(Outcome::hasChallenger).orElse(false)) {
      return attempt.at(Phase.REGISTERED);
    }
    Map<String, Path> exports = new LinkedHashMap<>();
    if (attempt.endsWith(Outcome.PROMOTED)) {
      for (String form : config.retrain().exports()) {
        exports.put(form, export(attempt, form));
      }
    }
    String key = "attempt %d of %s".formatted(attempt.number(), folder.root());
    StoredVersion version =
        registry.register(
            new VersionDraft(
                key,
                steps.provenance(attempt),
                steps.checkpoint(attempt),
                exports,
                steps.attachments(attempt)));
    observer.onNote("registered as " + version);
    return attempt.registered(version.number()).at(Phase.REGISTERED);
  }

  private void move(Attempt attempt) throws IOException {
    String reason = "attempt " + attempt.number();
    if (attempt.version() > 0) {
      registry.aliases().move(Aliases.CHALLENGER, attempt.version(), reason);
    }
    if (attempt.endsWith(Outcome.PROMOTED)) {
      registry.aliases().move(Aliases.CHAMPION, attempt.version(), attempt.championSince(), reason);
    }
  }

  private boolean isQuarantined(Attempt attempt) {
    return switch (config.retrain().quarantine()) {
      case NEVER -> false;
      case NOT_PROMOTED -> !attempt.endsWith(Outcome.PROMOTED);
      case WORSE -> !attempt.endsWith(Outcome.PROMOTED) && !attempt.endsWith(Outcome.NO_GAIN);
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
    kept(attempt.at(Phase.DONE));
    return report;
  }

  private Path export(Attempt attempt, String form) {
    return new Path(folder.attempt(attempt.number()), "exports/" + form);
  }
}
