package io.centroid.export;

import io.centroid.export.verify.Outputs;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.AtomicDirectory;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** Writes a model in one export format and opens the written files for verification. */
public interface FormatWriter {

  /** Writes the files of the model, without {@code export.json}. */
  void write(AtomicDirectory.Draft target) throws IOException;

  /**
   * Opens the written files for inference.
   *
   * @param folder folder of the written files
   */
  Outputs open(HadoopFiles files, Path folder) throws IOException;

  /** Inputs of the exported model; empty if the format does not define them. */
  default List<ExportDescription.Port> inputs() {
    return List.of();
  }

  /** Outputs of the exported model; empty if the format does not define them. */
  default List<ExportDescription.Port> outputs() {
    return List.of();
  }

  /** True if the exported model normalizes its inputs itself and takes raw values. */
  default boolean preprocesses() {
    return false;
  }
}
