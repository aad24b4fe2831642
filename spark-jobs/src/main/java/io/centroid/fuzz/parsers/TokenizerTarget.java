package io.centroid.fuzz.parsers;

import io.centroid.InputException;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import io.centroid.fuzz.Parts;
import io.centroid.text.BpeTraining;
import io.centroid.text.CharacterTokenizer;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tokenizer's folder: {@code tokenizer.json}, or {@code vocab.json} and {@code merges.txt}, and
 * the small files beside them. What is accepted has to encode and decode a text.
 */
final class TokenizerTarget implements FuzzTarget {
  private static final String TEXT = "low lower  é\n<|endoftext|> the lowest 12,5 𝄞";
  private static final List<String> SMALL =
      List.of("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json");
  private static final Map<String, Long> WORDS = Map.of("low", 5L, " lower", 2L, "é", 6L);

  private final List<String> names;
  private final Map<String, byte[]> original;

  private TokenizerTarget(List<String> first, Map<String, byte[]> original) {
    this.names = new ArrayList<>(first);
    names.addAll(SMALL);
    this.original = original;
  }

  static TokenizerTarget bpe() {
    return new TokenizerTarget(List.of("tokenizer.json"), trained());
  }

  static TokenizerTarget vocabularyAndMerges() {
    return new TokenizerTarget(List.of("vocab.json", "merges.txt"), trained());
  }

  static TokenizerTarget characters() {
    return new TokenizerTarget(
        List.of("tokenizer.json"), CharacterTokenizer.of("abc lowér<|>\n").files());
  }

  private static Map<String, byte[]> trained() {
    return BpeTraining.train(WORDS, 262, 1).files();
  }

  @Override
  public List<PartFormat> formats() {
    return names.stream()
        .map(name -> name.endsWith(".json") ? PartFormat.JSON : PartFormat.TEXT)
        .toList();
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> plain = new ArrayList<>();
    for (String name : names) {
      plain.add(original.getOrDefault(name, new byte[0]));
    }
    List<byte[]> full = new ArrayList<>(plain);
    full.set(names.indexOf(SMALL.get(1)), Text.bytes("{\"eos_token\":\"<|endoftext|>\"}"));
    full.set(
        names.indexOf(SMALL.get(2)), Text.bytes("{\"<|endoftext|>\":0,\"<pad>\":300,\"<x>\":301}"));
    List<byte[]> decoder = new ArrayList<>(plain);
    decoder.set(
        names.indexOf(SMALL.get(0)),
        Text.bytes(
            "{\"added_tokens_decoder\":{\"300\":{\"content\":\"<m>\",\"special\":true,"
                + "\"lstrip\":false,\"normalized\":false}},\"add_prefix_space\":false,"
                + "\"additional_special_tokens\":[\"<m>\"]}"));
    return List.of(Parts.join(plain), Parts.join(full), Parts.join(decoder));
  }

  @Override
  public List<String> dictionary() {
    return List.of(
        "<|endoftext|>",
        "\"id\":",
        "\"content\":",
        "\"special\":",
        "\"vocab\":",
        "\"merges\":",
        "\"type\":",
        "BPE",
        "WordLevel",
        "ByteLevel",
        "Ġlow",
        "Ġ",
        "Ã ©",
        "l o",
        "#version: 0.2",
        "\"added_tokens\":",
        "4194303",
        "4194304",
        "\"normalizer\":",
        "\\E",
        "\\Q");
  }

  @Override
  public Bound bound() {
    return new Bound(4 << 20, 1500);
  }

  @Override
  public void read(byte[] input) {
    List<byte[]> parts = Parts.split(input);
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(names.size(), parts.size()); i++) {
      if (parts.get(i).length > 0) {
        files.put(names.get(i), parts.get(i));
      }
    }
    Tokenizer tokenizer = TokenizerFiles.of(files, "folder");
    tokenizer.endOfText();
    tokenizer.files();
    int[] ids;
    try {
      ids = tokenizer.encode(TEXT);
    } catch (InputException e) {
      return; // A vocabulary may lack what this text is made of.
    }
    for (int id : ids) {
      if (id < 0 || id >= tokenizer.vocabularySize()) {
        throw new AssertionError("id " + id + " of a vocabulary of " + tokenizer.vocabularySize());
      }
    }
    tokenizer.decode(ids);
  }
}
