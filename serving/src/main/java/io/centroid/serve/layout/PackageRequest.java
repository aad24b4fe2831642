package io.centroid.serve.layout;

import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.io.HadoopFiles;
import org.apache.hadoop.fs.Path;

/**
 * What to lay out, where to, and how.
 *
 * @param export folder of an export to ONNX
 * @param out folder to write; it appears whole or not at all
 * @param name of the model, as clients will know it
 * @param version number that the server gives it
 * @param maxBatch rows that the server may put together
 * @param delayMicros how long the server may wait for them
 * @param storage where the server will find what is written, if that is not {@code out}
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
    // Kubernetes' names are the narrowest of the three.
    if (!name.matches("[a-z]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new InputException(
          "a model's name has up to 63 small letters, digits and dashes, a letter first: "
              + InputErrors.quote(name));
    }
    if (version < 1 || maxBatch < 1 || delayMicros < 0) {
      throw new InputException(
          "version and batch must be 1 or more, the delay 0 or more: %d, %d, %d"
              .formatted(version, maxBatch, delayMicros));
    }
    if (!storage.matches("[\\x21-\\x7e]+") || storage.contains("\"")) {
      throw new InputException(
          "a storage URI has no blanks or quotes: " + InputErrors.quote(storage));
    }
  }
}
