package io.centroid.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.io.storage.StoredFile;

/**
 * A file that a version was trained on.
 *
 * @param name as the training found it
 * @param bytes its length
 * @param sha256 its SHA-256 in lower-case hex
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DataFile(String name, long bytes, String sha256) {
  public DataFile {
    StoredFile.requireValid(bytes, sha256);
  }

  /** A file of this name and content. */
  public DataFile(String name, StoredFile content) {
    this(name, content.bytes(), content.sha256());
  }
}
