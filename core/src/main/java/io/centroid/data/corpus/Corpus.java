package io.centroid.data.corpus;

import io.centroid.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Sha256;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A folder of token ids that {@code prepare} wrote: parts of raw little-endian ids, the tokenizer's
 * files and a manifest. Immutable.
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

  /** As {@link #open(String, HadoopFiles)}. */
  public static Corpus open(String folder, Configuration configuration) {
    return open(folder, new HadoopFiles(configuration));
  }

  /**
   * Reads the manifest and looks at every part's length.
   *
   * @throws InputException if the folder is no corpus, or a part is missing or of another length
   */
  public static Corpus open(String folder, HadoopFiles files) {
    Path root = files.path(folder);
    if (!files.status(root).isDirectory()) {
      throw new InputException(folder + ": a file, expected the folder that prepare wrote");
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
   * Names and contents of the tokenizer's files, verified.
   *
   * @throws InputException if one is missing or was changed
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
   * Reads every part and compares its SHA-256.
   *
   * @throws InputException if a part or a file of the tokenizer was changed
   */
  public void verify() {
    tokenizerFiles();
    Path root = files.path(folder);
    manifest.training().parts().forEach(part -> part.verify(files, root));
    manifest.validation().parts().forEach(part -> part.verify(files, root));
  }

  Path path(String name) {
    return new Path(files.path(folder), name);
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
                  + " bytes as "
                  + CorpusManifest.FILE
                  + " says, found "
                  + (found == null ? "no such file" : found));
        }
      }
    }
  }
}
