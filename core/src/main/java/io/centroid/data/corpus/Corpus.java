package io.centroid.data.corpus;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Sha256;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A prepared corpus, written by {@code prepare}: a folder with shards of little-endian token ids,
 * the tokenizer's files and a manifest. Immutable.
 */
public final class Corpus {
  private static final int LARGEST_MANIFEST = 64 << 20;
  private static final int LARGEST_TOKENIZER_FILE = 64 << 20;

  private final HadoopFiles files;
  private final String folder;
  private final CorpusManifest manifest;

  private Corpus(HadoopFiles files, String folder, CorpusManifest manifest) {
    this.files = files;
    this.folder = folder;
    this.manifest = manifest;
  }

  /** Like {@link #open(String, HadoopFiles)}. */
  public static Corpus open(String folder, Configuration configuration) {
    return open(folder, new HadoopFiles(configuration));
  }

  /**
   * Opens a corpus: reads the manifest and checks the length of every shard.
   *
   * @throws InputException if the folder is not a corpus, or a shard is missing or has another
   *     length
   */
  public static Corpus open(String folder, HadoopFiles files) {
    Path root = files.path(folder);
    if (!files.status(root).isDirectory()) {
      throw new InputException(folder + ": is a file, expected the folder that prepare wrote");
    }
    Path path = new Path(root, CorpusManifest.FILE);
    CorpusManifest manifest =
        CorpusManifestJson.read(path.toString(), files.read(path, LARGEST_MANIFEST));
    Corpus corpus = new Corpus(files, folder, manifest);
    corpus.checkLengths();
    return corpus;
  }

  public CorpusManifest manifest() {
    return manifest;
  }

  public String folder() {
    return folder;
  }

  HadoopFiles files() {
    return files;
  }

  /**
   * Names and verified contents of the tokenizer's files.
   *
   * @throws InputException if a file is missing or was changed
   */
  public Map<String, byte[]> tokenizerFiles() {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    manifest
        .tokenizer()
        .files()
        .forEach(
            (name, sha256) -> {
              Path path = path(name);
              byte[] content = files.read(path, LARGEST_TOKENIZER_FILE);
              CorpusShard.requireSame(path, sha256, Sha256.of(content));
              contents.put(name, content);
            });
    return contents;
  }

  /**
   * Reads every file and compares its SHA-256 with the manifest.
   *
   * @throws InputException if a shard or a tokenizer file was changed
   */
  public void verify() {
    tokenizerFiles();
    Path root = files.path(folder);
    manifest.training().parts().forEach(part -> part.verify(files, root));
    manifest.validation().parts().forEach(part -> part.verify(files, root));
  }

  Path path(String name) {
    return HadoopPath.child(files.path(folder), name);
  }

  private void checkLengths() {
    Map<String, Long> lengths = new HashMap<>();
    for (FileStatus status : files.list(files.path(folder))) {
      lengths.put(status.getPath().getName(), status.getLen());
    }
    for (CorpusSplit split : new CorpusSplit[] {manifest.training(), manifest.validation()}) {
      for (CorpusShard part : split.parts()) {
        long expected = part.tokens() * manifest.width().bytes();
        Long found = lengths.get(part.name());
        if (found == null || found != expected) {
          throw new InputException(
              path(part.name())
                  + ": expected "
                  + expected
                  + " bytes as in "
                  + CorpusManifest.FILE
                  + ", found "
                  + (found == null ? "no such file" : found));
        }
      }
    }
  }
}
