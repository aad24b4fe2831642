package io.centroid.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.io.storage.StoredFile;

/**
 * A training data file of a version.
 *
 * @param name name of the file in the training data
 * @param bytes length in bytes
 * @param sha256 SHA-256 in lower-case hex
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DataFile(String name, long bytes, String sha256) {
  public DataFile {
    StoredFile.requireValid(bytes, sha256);
  }

  /** A file with the given name and content. */
  public DataFile(String name, StoredFile content) {
    this(name, content.bytes(), content.sha256());
  }
}
