package io.centroid.text.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.Sha256;
import io.centroid.random.RandomStream;
import io.centroid.text.Gpt2Files;
import io.centroid.text.RandomTexts;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** BPE training compared with a trainer that recounts all pairs after each merge. */
class BpeTrainingTest {
  @Test
  void learnsTheMostFrequentPairFirst() {
    Map<String, Long> words = Map.of("low", 5L, "lower", 2L, "newest", 6L, "widest", 3L);
    // e-s 9, then es-t 9; l-o and lo-w 7; then n-e, e-w, ... 6 each, by the bytes' ids.
    assertThat(merges(BpeTraining.train(words, 263, 2)))
        .containsExactly("e s", "es t", "l o", "lo w", "e w", "n ew");
  }

  @ParameterizedTest
  @CsvSource({"1, 40, 1", "2, 120, 1", "3, 120, 2", "4, 300, 3"})
  void agreesWithAPlainTrainer(long seed, int merges, long minimumCount) {
    RandomStream random = new RandomStream(seed);
    Map<String, Long> words = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      PreTokens.split(RandomTexts.next(random, 30), word -> words.merge(word, 1L, Long::sum));
      // Runs and a small alphabet: overlapping pairs and many ties.
      words.merge("a".repeat(1 + random.nextInt(9)), 1L, Long::sum);
      words.merge(letters(random), 1L + random.nextInt(4), Long::sum);
    }
    ByteLevelBpe trained = BpeTraining.train(words, 257 + merges, minimumCount);
    assertThat(merges(trained))
        .isEqualTo(plainMerges(words, merges, minimumCount))
        .hasSizeGreaterThan(30);
  }

  @Test
  void agreesWithHuggingFaceOnShakespeare() throws IOException {
    String text = Gpt2Files.shakespeare();
    Map<String, Long> words = new HashMap<>();
    PreTokens.split(text, word -> words.merge(word, 1L, Long::sum));
    ByteLevelBpe trained = BpeTraining.train(words, 1000, 2);
    assertThat(trained.vocabularySize()).isEqualTo(1000);
    assertThat(trained.endOfText()).hasValue(0);
    assertThat(trained.encodeOrdinary(text)).hasSize(462_884);
    // By tokenizers 0.23.2: BpeTrainer(1000, min_frequency 2, <|endoftext|>, all bytes).
    assertThat(Sha256.of(String.join("\n", merges(trained))))
        .isEqualTo("d4fe1dcd904e68a397942b3f06395bf6c7399293eb0477a6a7a8a8de1c807344");
  }

  @Test
  void itsFilesSurviveARoundTrip() {
    Map<String, Long> words = Map.of("low", 5L, " lower", 2L, "é", 6L, "\n\n", 3L);
    ByteLevelBpe trained = BpeTraining.train(words, 270, 1);
    Map<String, byte[]> files = trained.files();
    assertThat(files)
        .containsOnlyKeys("tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json");
    Tokenizer whole = TokenizerFiles.of(files, "whole");
    Map<String, byte[]> parts = new TreeMap<>(files);
    parts.remove("tokenizer.json");
    Tokenizer old = TokenizerFiles.of(parts, "parts");
    for (String text : List.of("low lower", "é\n\n<|endoftext|>slow", "😀")) {
      assertThat(whole.encode(text)).isEqualTo(trained.encode(text));
      assertThat(old.encode(text)).isEqualTo(trained.encode(text));
      assertThat(old.encodeOrdinary(text)).isEqualTo(trained.encodeOrdinary(text));
      assertThat(whole.decode(whole.encode(text))).isEqualTo(text);
    }
    assertThat(whole.files()).containsExactlyInAnyOrderEntriesOf(files);
    assertThat(old.files()).containsExactlyInAnyOrderEntriesOf(files);
    assertThat(BpeTraining.train(new TreeMap<>(words), 270, 1).files())
        .containsExactlyInAnyOrderEntriesOf(files);
  }

  @Test
  void rarePairsAreNotMerged() {
    assertThat(BpeTraining.train(Map.of("ab", 1L, "cd", 2L), 300, 2).vocabularySize())
        .isEqualTo(258);
    assertThat(BpeTraining.train(Map.of(), 300, 1).vocabularySize()).isEqualTo(257);
  }

  @Test
  void rejectsInvalidSettings() {
    assertThatThrownBy(() -> BpeTraining.train(Map.of(), 256, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("vocabulary size must be from 257 to 4194304: 256");
    assertThatThrownBy(() -> BpeTraining.train(Map.of(), 300, 0))
        .isInstanceOf(InputException.class)
        .hasMessage("minimum count must be >= 1: 0");
  }

  private static List<String> merges(ByteLevelBpe trained) {
    return new String(
            trained.files().getOrDefault("merges.txt", new byte[0]), StandardCharsets.UTF_8)
        .lines()
        .skip(1)
        .toList();
  }

  private static List<String> plainMerges(Map<String, Long> words, int most, long minimumCount) {
    List<String> names = new ArrayList<>();
    names.add("<|endoftext|>");
    for (char character : ByteAlphabet.ordered()) {
      names.add(String.valueOf(character));
    }
    Map<List<Integer>, Long> cut = new HashMap<>();
    words.forEach(
        (word, count) -> {
          List<Integer> ids = new ArrayList<>();
          for (byte value : word.getBytes(StandardCharsets.UTF_8)) {
            ids.add(names.indexOf(String.valueOf(ByteAlphabet.character(value & 0xff))));
          }
          cut.merge(ids, count, Long::sum);
        });
    List<String> merges = new ArrayList<>();
    Map<List<Integer>, Long> state = cut;
    while (merges.size() < most) {
      Map<List<Integer>, Long> counts = new HashMap<>();
      state.forEach(
          (word, count) -> {
            for (int i = 0; i + 1 < word.size(); i++) {
              counts.merge(List.of(word.get(i), word.get(i + 1)), count, Long::sum);
            }
          });
      List<Integer> best = List.of();
      long highest = minimumCount - 1;
      for (Map.Entry<List<Integer>, Long> pair : counts.entrySet()) {
        boolean smaller =
            !best.isEmpty()
                && pair.getValue() == highest
                && (pair.getKey().get(0) < best.get(0)
                    || (pair.getKey().get(0).equals(best.get(0))
                        && pair.getKey().get(1) < best.get(1)));
        if (pair.getValue() > highest || smaller) {
          best = pair.getKey();
          highest = pair.getValue();
        }
      }
      if (best.isEmpty()) {
        return merges;
      }
      merges.add(names.get(best.get(0)) + " " + names.get(best.get(1)));
      names.add(names.get(best.get(0)) + names.get(best.get(1)));
      state = joined(state, best, names.size() - 1);
    }
    return merges;
  }

  private static Map<List<Integer>, Long> joined(
      Map<List<Integer>, Long> words, List<Integer> pair, int product) {
    Map<List<Integer>, Long> joined = new HashMap<>();
    words.forEach(
        (word, count) -> {
          List<Integer> next = new ArrayList<>();
          for (int i = 0; i < word.size(); i++) {
            if (i + 1 < word.size() && List.of(word.get(i), word.get(i + 1)).equals(pair)) {
              next.add(product);
              i++;
            } else {
              next.add(word.get(i));
            }
          }
          joined.merge(next, count, Long::sum);
        });
    return joined;
  }

  private static String letters(RandomStream random) {
    StringBuilder word = new StringBuilder();
    for (int left = 1 + random.nextInt(12); left > 0; left--) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }
}
