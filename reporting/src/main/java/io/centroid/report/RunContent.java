package io.centroid.report;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.config.EffectiveSettings;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Utf8;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.RunRecord;
import io.centroid.run.metrics.RunResult;
import io.centroid.security.Redaction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * What a run's folder contains. Every part may be missing: the run has not come so far, or is of an
 * earlier release, or the part is damaged and among the problems.
 *
 * @param label name of the folder
 * @param place path for people
 * @param effective text of {@code effective.conf}; empty if missing
 * @param manifest manifest of the newest checkpoint
 * @param explanations explained predictions with their pictures
 * @param problems what could not be read, one line each
 */
record RunContent(
    String label,
    String place,
    String effective,
    EffectiveSettings settings,
    MetricsSummary metrics,
    Optional<RunResult> result,
    Optional<RunRecord> record,
    Optional<Manifest> manifest,
    Optional<ExplanationsSection> explanations,
    List<String> problems) {
  private static final String METRICS = "metrics.jsonl";
  private static final String SETTINGS = "effective.conf";
  private static final int MOST_BYTES = 64 << 20;

  RunContent {
    problems = List.copyOf(problems);
  }

  RunContent withLabel(String other) {
    return new RunContent(
        other,
        place,
        effective,
        settings,
        metrics,
        result,
        record,
        manifest,
        explanations,
        problems);
  }

  /**
   * Reads a run's folder.
   *
   * @param metrics its metrics; empty to read them, too
   * @throws InputException if it is not the folder of a run
   */
  static RunContent read(HadoopFiles files, Path folder, Optional<MetricsSummary> metrics)
      throws IOException {
    if (!files.status(folder).isDirectory()) {
      throw InputErrors.of(folder.toString(), "run", "the folder of a run", "a file");
    }
    Storage storage = Storage.of(files, folder);
    Path path = storage.qualified(folder);
    if (!storage.exists(new Path(path, METRICS)) && !storage.exists(new Path(path, SETTINGS))) {
      throw InputErrors.of(
          folder.toString(),
          "run",
          "the folder of a run, with " + SETTINGS + " or " + METRICS,
          "neither");
    }
    return new Reading(storage, path, files, new ArrayList<>()).content(metrics);
  }

  /** Reads the parts and collects the problems. */
  private record Reading(Storage storage, Path path, HadoopFiles files, List<String> problems) {

    private interface Part<T> {
      T read(Path file) throws IOException;
    }

    private RunContent content(Optional<MetricsSummary> known) {
      String effective = part(SETTINGS, this::text).orElse("");
      EffectiveSettings settings =
          part(SETTINGS, file -> EffectiveSettings.parse(SETTINGS, effective))
              .orElse(EffectiveSettings.NONE);
      MetricsSummary metrics =
          known.or(() -> part(METRICS, this::metrics)).orElseGet(MetricsSummary::new);
      metrics.problem().ifPresent(problems::add);
      Optional<RunResult> result =
          part("result.json", file -> RunResult.parse("result.json", bytes(file)));
      Optional<RunRecord> record =
          part(RunRecord.FILE, file -> RunRecord.parse(RunRecord.FILE, bytes(file)));
      Optional<Manifest> manifest =
          part(CheckpointStore.FOLDER, folder -> manifest()).flatMap(found -> found);
      Optional<ExplanationsSection> explanations =
          part(ExplanationsRecord.FOLDER, this::explanations);
      if (metrics.last().isEmpty()
          && problems.stream().noneMatch(line -> line.startsWith(METRICS))) {
        problems.add(METRICS + ": no rounds" + (result.isEmpty() ? " yet" : ""));
      }
      String name = path.getName();
      return new RunContent(
          name.isEmpty() ? path.toString() : name,
          place(),
          effective,
          settings,
          metrics,
          result,
          record,
          manifest,
          explanations,
          problems);
    }

    private String place() {
      boolean isLocal = "file".equals(path.toUri().getScheme());
      return Redaction.of(isLocal ? path.toUri().getPath() : path.toString());
    }

    private <T> Optional<T> part(String name, Part<T> part) {
      Path file = HadoopPath.child(path, name);
      try {
        return storage.exists(file) ? Optional.of(part.read(file)) : Optional.empty();
      } catch (InputException | IOException | UncheckedIOException e) {
        problem(name, StorageFailure.reason(e));
        return Optional.empty();
      }
    }

    private void problem(String name, String reason) {
      problems.add(
          InputErrors.oneLine(
              Redaction.of(reason.startsWith(name) ? reason : name + ": " + reason)));
    }

    private byte[] bytes(Path file) throws IOException {
      return storage.read(file, MOST_BYTES);
    }

    private String text(Path file) throws IOException {
      return Utf8.strict(SETTINGS, bytes(file));
    }

    private MetricsSummary metrics(Path file) throws IOException {
      try (InputStream stream = storage.stream(file)) {
        return MetricsSummary.read(stream);
      }
    }

    /** The explained predictions; a missing picture is a problem. Texts are shown as text. */
    private ExplanationsSection explanations(Path folder) throws IOException {
      String name = ExplanationsRecord.FOLDER + "/" + ExplanationsRecord.FILE;
      ExplanationsRecord explained =
          ExplanationsRecord.parse(name, bytes(HadoopPath.child(folder, ExplanationsRecord.FILE)));
      Map<String, byte[]> pictures = new LinkedHashMap<>();
      Stream.concat(
              explained.plots().stream(),
              explained.examples().stream()
                  .filter(example -> explained.kind() == ExplanationsRecord.Kind.IMAGE)
                  .limit(ExplanationsSection.MOST_EXAMPLES)
                  .flatMap(example -> Stream.ofNullable(example.picture())))
          .distinct()
          .forEach(
              file ->
                  part(ExplanationsRecord.FOLDER + "/" + file, this::bytes)
                      .ifPresentOrElse(
                          content -> pictures.put(file, content),
                          () -> problem(ExplanationsRecord.FOLDER + "/" + file, "is missing")));
      return new ExplanationsSection(explained, pictures);
    }

    /** The manifest of the newest checkpoint; those before it that cannot be read are problems. */
    private Optional<Manifest> manifest() throws IOException {
      List<String> skipped = new ArrayList<>();
      CheckpointStore store =
          CheckpointStore.of(
              path, files.configuration(), (checkpoint, reason) -> skipped.add(reason));
      try {
        return store.newest(StoredCheckpoint::manifest);
      } catch (InputException e) {
        if (skipped.isEmpty()) {
          throw e;
        }
        return Optional.empty();
      } finally {
        skipped.forEach(reason -> problem(CheckpointStore.FOLDER, reason));
      }
    }
  }
}
