package io.centroid.export;

import io.centroid.export.verify.Outputs;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.AtomicDirectory;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** One form: how a model is written in it, and how what was written computes. */
public interface ExportFormat {

  /** Writes the files; {@code export.json} comes later. */
  void write(AtomicDirectory.Draft target) throws IOException;

  /**
   * Reads what was written back.
   *
   * @param folder where the files are now
   */
  Outputs open(HadoopFiles files, Path folder) throws IOException;

  /** Inputs of what is written; empty where whoever reads it decides. */
  default List<ExportDescription.Port> inputs() {
    return List.of();
  }

  /** Outputs, as {@link #inputs}. */
  default List<ExportDescription.Port> outputs() {
    return List.of();
  }

  /** Whether it takes values as they are stored. */
  default boolean preprocesses() {
    return false;
  }
}
