package io.centroid.data.corpus;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Json;
import java.io.Serializable;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * A file of token ids.
 *
 * @param name file name in the corpus folder
 * @param tokens number of token ids
 * @param sha256 SHA-256 of the file
 */
public record CorpusShard(String name, long tokens, String sha256) implements Serializable {
  private static final Pattern NAME = Pattern.compile("(train|validation)-[0-9]{5,9}\\.bin");

  public CorpusShard {
    Json.require(NAME.matcher(name).matches(), "name", NAME.pattern());
    Json.requireSha256("sha256", sha256);
  }

  /**
   * Reads the file and compares its SHA-256.
   *
   * @throws InputException if it differs from the manifest
   */
  void verify(HadoopFiles files, Path folder) {
    Path path = HadoopPath.child(folder, name);
    requireSame(path, sha256, files.hash(path).sha256());
  }

  static void requireSame(Path path, String expected, String found) {
    if (!expected.equals(found)) {
      throw new InputException(
          path
              + ": expected SHA-256 "
              + expected
              + " as in "
              + CorpusManifest.FILE
              + ", found "
              + found);
    }
  }
}
