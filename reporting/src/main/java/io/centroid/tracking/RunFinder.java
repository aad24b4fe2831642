package io.centroid.tracking;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.Version;
import io.centroid.run.metrics.ReportedRun;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the MLflow run of a run, which an earlier process may have begun, or creates it, and sends
 * its parameters. A run that the server lost is replaced once in a process: a server that loses the
 * second, too, would lose all.
 */
final class RunFinder {
  private static final List<String> PARAMETERS =
      List.of("data", "model", "train", "optimizer", "outer", "average", "compute");

  private final MlflowHttp http;
  private final ReportedRun run;
  private final ServerNotes notes;
  private final Backfill backfill;
  private final Instant opened = Instant.now();
  private final String process = UUID.randomUUID().toString();
  private @Nullable RunFile current;
  private boolean hasReplaced;
  private boolean mayBeCreated;

  RunFinder(MlflowHttp http, ReportedRun run, ServerNotes notes, Backfill backfill) {
    this.http = http;
    this.run = run;
    this.notes = notes;
    this.backfill = backfill;
  }

  /**
   * Finds or creates the MLflow run.
   *
   * @param isOver whether the run is finished: then it stays finished on the server
   */
  MlflowRun open(boolean isOver) throws IOException {
    RunFile known = current == null ? recorded() : current;
    MlflowRun found = known == null ? null : MlflowRun.find(http, known.runId()).orElse(null);
    if (found == null) {
      found = create(known);
    } else if (!isOver || !found.isFinished()) {
      found.resume(process);
    }
    current = found.ids();
    describe(found);
    return found;
  }

  /**
   * Whether no later process continues the run.
   *
   * @throws MlflowFailure if the server does not have the run any more
   */
  boolean isOwner(MlflowRun opened) throws IOException {
    String owner = MlflowRun.get(http, opened.ids().runId()).process();
    return owner.isEmpty() || owner.equals(process);
  }

  /** The recorded MLflow run, if it is one of this server. */
  private @Nullable RunFile recorded() throws IOException {
    try {
      return RunFile.read(run.files(), run.directory())
          .filter(file -> file.uri().equals(http.server()))
          .orElse(null);
    } catch (InputException e) {
      notes.addOnce(ServerNotes.Topic.RECORD, "gets a new run: " + e.getMessage());
      return null;
    }
  }

  private MlflowRun create(@Nullable RunFile lost) throws IOException {
    if (hasReplaced && lost != null) {
      throw new IOException("does not know run " + lost.runId() + ", which it created");
    }
    RunConfig config = run.config();
    String experiment = MlflowRun.experiment(http, config.report().mlflow().experiment());
    // The answer to an earlier request may have been lost.
    Optional<MlflowRun> earlier =
        mayBeCreated ? MlflowRun.ofProcess(http, experiment, process) : Optional.empty();
    mayBeCreated = true;
    MlflowRun created =
        earlier.isPresent()
            ? earlier.get()
            : MlflowRun.create(
                http,
                experiment,
                config.run().name(),
                backfill.first(opened).toEpochMilli(),
                tags());
    mayBeCreated = false;
    hasReplaced = current != null;
    if (lost != null) {
      notes.add("does not know run " + lost.runId() + " any more; a new run is created");
    }
    try {
      created.ids().write(run.files(), run.directory());
    } catch (IOException | RuntimeException e) {
      notes.add(
          "has a new run, but a resumed run will not continue it: " + StorageFailure.reason(e));
    }
    return created;
  }

  private Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    run.environment().forEach((key, value) -> tags.put("centroid.environment." + key, value));
    tags.put("mlflow.source.type", "JOB");
    tags.put("mlflow.source.name", "centroid");
    tags.put("mlflow.user", System.getProperty("user.name", "unknown"));
    tags.put("centroid.version", Version.number());
    tags.put("centroid.runDir", run.directory().toString());
    tags.put("centroid.configurationHash", run.config().run().trajectoryHash());
    tags.put(MlflowRun.PROCESS, process);
    return tags;
  }

  /** Sends the parameters that the server does not have. MLflow keeps the first value of each. */
  private void describe(MlflowRun opened) throws IOException {
    Map<String, String> missing = new TreeMap<>();
    List<String> changed = new ArrayList<>();
    RunConfig.keys(run.effective(), PARAMETERS)
        .forEach(
            (key, value) -> {
              String before = opened.parameters().get(MlflowText.key(key));
              if (before == null && !value.isEmpty()) {
                missing.put(key, value);
              } else if (before != null && !before.contains("…") && !before.equals(value)) {
                changed.add(key);
              }
            });
    if (!changed.isEmpty()) {
      notes.addOnce(
          ServerNotes.Topic.CHANGED_PARAMETERS,
          "keeps the first value of changed parameters: " + String.join(", ", changed));
    }
    for (int most : new int[] {MlflowText.MOST_PARAMETER_CHARS, 500, 250}) {
      try {
        opened.logParameters(missing, most);
        return;
      } catch (MlflowFailure e) {
        if (!e.isRejected()) {
          throw e;
        }
        if (most == 250) {
          notes.refused("parameters", e);
        }
      }
    }
  }
}
