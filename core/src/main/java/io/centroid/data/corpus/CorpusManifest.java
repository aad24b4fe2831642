package io.centroid.data.corpus;

import io.centroid.io.Sha256;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a corpus consists of.
 *
 * @param options what it was made with, for people
 */
public record CorpusManifest(
    TokenizerInfo tokenizer,
    IdWidth width,
    CorpusSplit training,
    CorpusSplit validation,
    CorpusCounts counts,
    Map<String, String> options)
    implements Serializable {
  /** Its name in the folder; written last. */
  public static final String FILE = "manifest.json";

  static final int VERSION = 1;

  public CorpusManifest {
    options = Collections.unmodifiableMap(new TreeMap<>(options));
  }

  /** Number of ids. */
  public long tokens() {
    return training.tokens() + validation.tokens();
  }

  /** SHA-256 over the hashes of all parts in their order: it changes with any id. */
  public String sha256() {
    StringBuilder text = new StringBuilder();
    append(text, Staging.TRAIN, training);
    append(text, Staging.VALIDATION, validation);
    return Sha256.of(text.toString());
  }

  private static void append(StringBuilder text, String name, CorpusSplit split) {
    text.append(name).append('\n');
    for (CorpusShard part : split.parts()) {
      text.append(part.sha256()).append(' ').append(part.tokens()).append('\n');
    }
  }
}
