package io.centroid.data.corpus;

import io.centroid.io.Sha256;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The manifest of a corpus: tokenizer, shards and counts.
 *
 * @param tokenizer tokenizer of the corpus
 * @param width storage width of a token id
 * @param training shards of the training text
 * @param validation shards of the validation text
 * @param counts counts of the preparation
 * @param options options of the preparation, for information
 */
public record CorpusManifest(
    TokenizerInfo tokenizer,
    IdWidth width,
    CorpusSplit training,
    CorpusSplit validation,
    CorpusCounts counts,
    Map<String, String> options)
    implements Serializable {
  /** File name of the manifest; written last. */
  public static final String FILE = "manifest.json";

  /** Key of {@link #sha256} in {@link #provenance}. */
  public static final String HASH = "corpus-sha256";

  static final int VERSION = 1;

  public CorpusManifest {
    options = Collections.unmodifiableMap(new TreeMap<>(options));
  }

  /** Number of token ids. */
  public long tokens() {
    return training.tokens() + validation.tokens();
  }

  /** SHA-256 over the hashes of all shards in order: it changes with any token id. */
  public String sha256() {
    StringBuilder text = new StringBuilder();
    append(text, Staging.TRAIN, training);
    append(text, Staging.VALIDATION, validation);
    return Sha256.of(text.toString());
  }

  /** What a model that is trained on the corpus records of it: options, hash, counts, no path. */
  public SortedMap<String, String> provenance() {
    SortedMap<String, String> known = new TreeMap<>(options);
    known.put(HASH, sha256());
    known.put("documents", String.valueOf(counts.documents()));
    known.put("duplicates-dropped", String.valueOf(counts.duplicates()));
    known.put("training-tokens", String.valueOf(training.tokens()));
    known.put("validation-tokens", String.valueOf(validation.tokens()));
    return known;
  }

  private static void append(StringBuilder text, String name, CorpusSplit split) {
    text.append(name).append('\n');
    for (CorpusShard part : split.parts()) {
      text.append(part.sha256()).append(' ').append(part.tokens()).append('\n');
    }
  }
}
