package io.centroid.serve.layout;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import org.apache.hadoop.fs.Path;

/**
 * The options of a package.
 *
 * @param files file systems of the folders
 * @param export folder of an export to ONNX
 * @param out folder to write; it is published atomically
 * @param name model name for clients
 * @param version version number for clients
 * @param maxBatch maximum number of rows per batch
 * @param delayMicros maximum time that a batch waits for requests, in microseconds
 * @param storage URI from which the server loads the folder
 */
public record PackageRequest(
    HadoopFiles files,
    Path export,
    Path out,
    String name,
    int version,
    int maxBatch,
    int delayMicros,
    String storage) {
  public PackageRequest {
    // Kubernetes has the strictest rule for names.
    if (!name.matches("[a-z]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new InputException(
          "a model name must begin with a letter and have at most 63 lower-case letters, digits and"
              + " dashes: "
              + InputErrors.quote(name));
    }
    if (version < 1 || maxBatch < 1 || delayMicros < 0) {
      throw new InputException(
          "version and batch size must be at least 1, the delay at least 0: %s, %s, %s"
              .formatted(version, maxBatch, delayMicros));
    }
    if (!storage.matches("[\\x21-\\x7e]+") || storage.contains("\"")) {
      throw new InputException(
          "a storage URI must not contain spaces or quotes: " + InputErrors.quote(storage));
    }
  }
}
