package io.centroid.cli.trust;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.AtomicDirectory.Draft;
import io.centroid.io.storage.Storage;
import io.centroid.model.TrainedModel;
import io.centroid.report.ExplanationsRecord;
import io.centroid.report.RunReport;
import io.centroid.tensorboard.TensorBoard;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where explanations are written.
 *
 * @param folder folder of the explanations
 * @param run folder of the run whose report and event files show them, if there is one
 */
record ExplanationTarget(HadoopFiles files, AtomicDirectory folder, Optional<Path> run) {
  private static final Pattern STEP = Pattern.compile("step-(\\d{1,18})");

  /** Maximum number of images in the event files. */
  private static final int MOST_IMAGES = 24;

  /** Writes the files of explanations. */
  interface Content {
    /** Returns the PNG files by name. */
    Map<String, byte[]> writeTo(Draft draft) throws IOException;
  }

  /**
   * The folder that the user names, else {@code explanations} in the folder of a run, else in the
   * working folder.
   *
   * @param model folder of the model
   * @throws io.centroid.error.InputException if there is something else at its place
   */
  static ExplanationTarget of(HadoopFiles files, String model, @Nullable String out)
      throws IOException {
    Optional<Path> run = out == null ? run(files, files.path(model)) : Optional.empty();
    Path folder =
        out == null
            ? run.map(path -> HadoopPath.child(path, ExplanationsRecord.FOLDER))
                .orElse(files.path(ExplanationsRecord.FOLDER))
            : files.path(out);
    requireOwn(files, folder);
    return new ExplanationTarget(
        files, AtomicDirectory.of(files, folder, true, ExplanationsRecord.FILE), run);
  }

  /** Replacing the folder in which the user is would leave the user's shell without one. */
  private static void requireOwn(HadoopFiles files, Path folder) {
    FileSystem fileSystem = files.fileSystem(folder);
    Path target = fileSystem.makeQualified(folder);
    for (Path at = fileSystem.getWorkingDirectory(); at != null; at = at.getParent()) {
      if (fileSystem.makeQualified(at).equals(target)) {
        throw new InputException(
            target
                + ": is the working folder or above it, expected another one, since it is replaced"
                + " as a whole");
      }
    }
  }

  private static Optional<Path> run(HadoopFiles files, Path folder) throws IOException {
    Path settings = HadoopPath.child(folder, "effective.conf");
    return Storage.of(files, settings).exists(settings) ? Optional.of(folder) : Optional.empty();
  }

  /**
   * Publishes the explanations, and adds them to the run's report and event files, if it has them.
   */
  void write(TrainedModel trained, Content content, Consumer<String> notes) throws IOException {
    Map<String, byte[]> pngs = new LinkedHashMap<>();
    folder.write(true, draft -> pngs.putAll(content.writeTo(draft)));
    if (run.isEmpty()) {
      return;
    }
    Map<String, byte[]> images = new LinkedHashMap<>();
    pngs.entrySet().stream()
        .limit(MOST_IMAGES)
        .forEach(
            png ->
                images.put(
                    ExplanationsRecord.FOLDER + "/" + png.getKey().replace(".png", ""),
                    png.getValue()));
    if (!images.isEmpty()) {
      Matcher step = STEP.matcher(trained.path());
      TensorBoard.addImages(
          files, run.get(), step.find() ? Long.parseLong(step.group(1)) : 0, images);
    }
    Path page = HadoopPath.child(run.get(), RunReport.FILE);
    if (Storage.of(files, page).exists(page)) {
      RunReport.write(files, List.of(run.get()), page).forEach(notes);
    }
  }
}
