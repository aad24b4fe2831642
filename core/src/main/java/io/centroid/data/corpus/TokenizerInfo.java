package io.centroid.data.corpus;

import io.centroid.io.Sha256;
import io.centroid.text.Tokenizer;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tokenizer of a corpus.
 *
 * @param kind origin: {@code characters}, {@code bpe} or {@code files}
 * @param vocabulary vocabulary size
 * @param files SHA-256 of each file by name
 */
public record TokenizerInfo(String kind, int vocabulary, SortedMap<String, String> files)
    implements Serializable {

  public TokenizerInfo {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  public static TokenizerInfo of(String kind, Tokenizer tokenizer) {
    SortedMap<String, String> files = new TreeMap<>();
    for (Map.Entry<String, byte[]> file : tokenizer.files().entrySet()) {
      files.put(file.getKey(), Sha256.of(file.getValue()));
    }
    return new TokenizerInfo(kind, tokenizer.vocabularySize(), files);
  }

  /** The hash over all files. */
  public String sha256() {
    StringBuilder text = new StringBuilder();
    files.forEach((name, sha256) -> text.append(sha256).append("  ").append(name).append('\n'));
    return Sha256.of(text.toString());
  }
}
