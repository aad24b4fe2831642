package io.centroid.cli;

import io.centroid.InputException;
import io.centroid.data.HadoopFiles;
import io.centroid.evaluate.Predictions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * A file of predictions in the order of their examples, which are counted from 1. Appears whole or
 * not at all.
 */
record SubmissionFile(HadoopFiles files, Path path) {

  /** Writes the file, replacing one that is there, and returns its full path. */
  Path write(Predictions predictions, PredictionColumns columns) throws IOException {
    FileSystem found = files.fileSystem(path);
    FileSystem fileSystem = found instanceof LocalFileSystem local ? local.getRaw() : found;
    Path target = fileSystem.makeQualified(path);
    if (fileSystem.exists(target) && fileSystem.getFileStatus(target).isDirectory()) {
      throw new InputException("--out " + target + " is a folder, expected a file");
    }
    Path unfinished =
        new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID());
    try {
      try (Writer writer =
          new BufferedWriter(
              new OutputStreamWriter(
                  fileSystem.create(unfinished, false), StandardCharsets.UTF_8))) {
        writeRows(writer, predictions, columns);
      }
      replace(unfinished, target);
    } catch (IOException | RuntimeException e) {
      fileSystem.delete(unfinished, false);
      throw e;
    }
    return target;
  }

  private void replace(Path unfinished, Path target) throws IOException {
    if ("file".equals(target.toUri().getScheme())) {
      Files.move(
          java.nio.file.Path.of(unfinished.toUri().getPath()),
          java.nio.file.Path.of(target.toUri().getPath()),
          StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    FileContext.getFileContext(target.toUri(), files.configuration())
        .rename(unfinished, target, Options.Rename.OVERWRITE);
  }

  private static void writeRows(Writer writer, Predictions predictions, PredictionColumns columns)
      throws IOException {
    writer.write(columns.header() + "\n");
    for (int i = 0; i < predictions.values().length; i++) {
      writer.write((i + 1) + "," + columns.spelled(predictions.values()[i]) + "\n");
    }
  }
}
