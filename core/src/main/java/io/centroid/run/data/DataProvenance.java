package io.centroid.run.data;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.config.RunConfig;
import io.centroid.data.corpus.Corpus;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Json;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What is known of the origin of a run's training data, for its manifests: that of a corpus, or the
 * redaction of a table or of texts. It has no path.
 */
public final class DataProvenance {
  /** Key of the SHA-256 of the policy of redaction. */
  public static final String POLICY = "redaction-policy";

  /** Start of the keys of the numbers of replacements by kind. */
  public static final String REDACTED = "redacted.";

  /** Name of the file that a redaction writes into the folder of its output. */
  public static final String REDACTION_FILE = "_redaction.json";

  private static final int MOST_BYTES = 1 << 20;

  private DataProvenance() {}

  /**
   * Reads it.
   *
   * @throws InputException if a corpus or a record of a redaction is damaged
   */
  public static SortedMap<String, String> of(RunConfig.Data data, HadoopFiles files) {
    return switch (data.format()) {
      case TOKENS -> Corpus.open(data.path(), files).manifest().provenance();
      case CSV, TEXTS -> data.path().isEmpty() ? new TreeMap<>() : redaction(data.path(), files);
      case DIGITS, IDX, PROGRAM -> new TreeMap<>();
    };
  }

  /** Whether a key is about redaction: of the data, or of the texts that a corpus was made of. */
  public static boolean isOfRedaction(String key) {
    return key.startsWith("redact");
  }

  private static SortedMap<String, String> redaction(String place, HadoopFiles files) {
    SortedMap<String, String> known = new TreeMap<>();
    redactionFile(files, place)
        .map(file -> Json.read(file.toString(), files.read(file, MOST_BYTES), Redaction.class))
        .ifPresent(
            redaction -> {
              known.put(POLICY, redaction.policy());
              redaction
                  .counts()
                  .forEach((kind, n) -> known.put(REDACTED + kind, String.valueOf(n)));
            });
    return known;
  }

  /** The record of the redaction whose output contains a file or folder; empty if there is none. */
  public static Optional<Path> redactionFile(HadoopFiles files, String place) {
    Path input = files.path(place);
    FileSystem fileSystem = files.fileSystem(input);
    try {
      boolean isFile = fileSystem.exists(input) && fileSystem.getFileStatus(input).isFile();
      for (Path folder = isFile ? input.getParent() : input;
          folder != null;
          folder = folder.getParent()) {
        Path file = HadoopPath.child(folder, REDACTION_FILE);
        if (isVisible(fileSystem, file)) {
          return Optional.of(file);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw HadoopFiles.failure(input, e);
    }
  }

  /** False for a folder above the data that this user may not look into. */
  private static boolean isVisible(FileSystem fileSystem, Path file) throws IOException {
    try {
      return fileSystem.exists(file);
    } catch (IOException e) {
      if (StorageFailure.of(e).filter(cause -> cause == StorageFailure.PERMISSION).isPresent()) {
        return false;
      }
      throw e;
    }
  }

  /** The part of the file that is recorded. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Redaction(String policy, Map<String, Long> counts) {
    Redaction {
      Json.requireSha256("policy", policy);
    }
  }
}
