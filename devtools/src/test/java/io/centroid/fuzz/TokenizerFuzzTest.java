package io.centroid.fuzz;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.centroid.error.InputException;
import io.centroid.text.CharacterTokenizer;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import io.centroid.text.bpe.BpeTraining;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Fuzz targets for tokenizer folders: {@code tokenizer.json}, or {@code vocab.json} and {@code
 * merges.txt}, with their small files. An accepted tokenizer must encode and decode a text.
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class TokenizerFuzzTest {
  private static final String TEXT = "low lower  é\n<|endoftext|> the lowest 12,5 𝄞";
  private static final List<String> SMALL =
      List.of("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json");
  private static final Map<String, Long> WORDS = Map.of("low", 5L, " lower", 2L, "é", 6L);
  private static final Map<String, byte[]> TRAINED = BpeTraining.train(WORDS, 262, 1).files();

  static final FuzzTarget BPE = target(List.of("tokenizer.json"), TRAINED);
  static final FuzzTarget MERGES = target(List.of("vocab.json", "merges.txt"), TRAINED);
  static final FuzzTarget CHARACTERS =
      target(List.of("tokenizer.json"), CharacterTokenizer.of("abc lowér<|>\n").files());

  @FieldSource("BPE")
  @DictionaryEntries({
    "<|endoftext|>",
    "\"id\":",
    "\"content\":",
    "\"vocab\":",
    "\"merges\":",
    "\"type\":",
    "ByteLevel",
    "Ġlow",
    "\"added_tokens\":",
    "4194304",
    "\"normalizer\":",
    "\\E",
    "\\Q"
  })
  @FuzzTest
  void bpe(byte[] input) throws Exception {
    BPE.check(input);
  }

  @FieldSource("MERGES")
  @DictionaryEntries({"#version: 0.2", "Ġ", "Ã ©", "l o", "<|endoftext|>", "4194304"})
  @FuzzTest
  void merges(byte[] input) throws Exception {
    MERGES.check(input);
  }

  @FieldSource("CHARACTERS")
  @DictionaryEntries({"WordLevel", "\"vocab\":", "\"id\":", "\"added_tokens\":", "4194304"})
  @FuzzTest
  void characters(byte[] input) throws Exception {
    CHARACTERS.check(input);
  }

  private static FuzzTarget target(List<String> first, Map<String, byte[]> original) {
    List<String> names = Stream.concat(first.stream(), SMALL.stream()).toList();
    return new FuzzTarget(4 << 20, 1500, input -> read(names, input), () -> seeds(names, original));
  }

  private static List<byte[]> seeds(List<String> names, Map<String, byte[]> original) {
    List<byte[]> plain = new ArrayList<>();
    for (String name : names) {
      plain.add(original.getOrDefault(name, new byte[0]));
    }
    return List.of(
        Inputs.join(plain),
        Inputs.join(
            with(
                plain,
                "{}",
                "{\"eos_token\":\"<|endoftext|>\"}",
                "{\"<|endoftext|>\":0,\"<pad>\":300,\"<x>\":301}")),
        Inputs.join(
            with(
                plain,
                "{\"added_tokens_decoder\":{\"300\":{\"content\":\"<m>\",\"special\":true,"
                    + "\"lstrip\":false,\"normalized\":false}},\"add_prefix_space\":false,"
                    + "\"additional_special_tokens\":[\"<m>\"]}",
                "",
                "")),
        // A table indexed by this ID would have 4 million entries.
        Inputs.join(with(plain, "", "", "{\"<far>\":4194303}")));
  }

  private static List<byte[]> with(List<byte[]> plain, String... small) {
    List<byte[]> parts = new ArrayList<>(plain.subList(0, plain.size() - SMALL.size()));
    for (String file : small) {
      parts.add(Inputs.utf8(file));
    }
    return parts;
  }

  private static void read(List<String> names, byte[] input) {
    List<byte[]> parts = Inputs.split(input);
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
      return; // The vocabulary may lack tokens of this text.
    }
    for (int id : ids) {
      if (id < 0 || id >= tokenizer.vocabularySize()) {
        throw new AssertionError("id " + id + " of a vocabulary of " + tokenizer.vocabularySize());
      }
    }
    tokenizer.decode(ids);
  }
}
