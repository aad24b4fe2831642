package io.centroid.text;

import io.centroid.text.bpe.BpeTraining;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of a small tokenizer, and tokenizers from changed files. */
abstract class SmallTokenizerFiles {
  static final Map<String, byte[]> TRAINED =
      BpeTraining.train(Map.of("low", 5L, " lower", 2L, "é", 6L), 262, 1).files();

  static Tokenizer changed(String part, String change) {
    String json = text("tokenizer.json");
    int at = json.indexOf(part);
    return TokenizerFiles.of(
        Map.of(
            "tokenizer.json",
            bytes(json.substring(0, at) + change + json.substring(at + part.length()))),
        "folder");
  }

  static Tokenizer old(byte[] merges, Map<String, byte[]> more) {
    Map<String, byte[]> files = new LinkedHashMap<>(more);
    files.put("vocab.json", content("vocab.json"));
    files.put("merges.txt", merges);
    return TokenizerFiles.of(files, "folder");
  }

  static byte[] content(String name) {
    return TRAINED.getOrDefault(name, new byte[0]);
  }

  static String text(String name) {
    return new String(content(name), StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
