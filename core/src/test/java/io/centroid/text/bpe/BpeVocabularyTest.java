package io.centroid.text.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.random.RandomStream;
import io.centroid.text.PlainBpe;
import io.centroid.text.bpe.Merges.Merge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Validation that merging by rank is equivalent to merging by pair. */
class BpeVocabularyTest {
  @Test
  void rejectsAnUnreachableProduct() {
    // "abc" is encoded as a|bc, so "ab c" is never merged; by rank a and bc would be.
    assertThatThrownBy(() -> vocabulary("b c", "a b", "ab c"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "merges.txt: line 4: expected parts that become adjacent,"
                + " found earlier merges that never leave them adjacent (\"abc\")");
    assertThat(vocabulary("a b", "b c", "ab c").size()).isEqualTo(259);
  }

  @Test
  void rejectsADuplicateProduct() {
    assertThatThrownBy(() -> vocabulary("a b", "b c", "ab c", "a bc"))
        .isInstanceOf(InputException.class)
        .hasMessage("merges.txt: line 5: expected a new product, found a duplicate of \"abc\"");
    assertThatThrownBy(() -> vocabulary("a b", "a b"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 3: expected a new product");
  }

  @Test
  void rejectsAPartThatNoEarlierMergeProduces() {
    assertThatThrownBy(() -> vocabulary("ab c", "a b"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "merges.txt: line 2: expected a byte or an earlier merge's product, found \"ab\"");
  }

  @Test
  void rejectsATooLongToken() {
    String[] doublings = new String[17];
    for (int i = 0; i < doublings.length; i++) {
      doublings[i] = "a".repeat(1 << i) + " " + "a".repeat(1 << i);
    }
    assertThatThrownBy(() -> vocabulary(doublings))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "merges.txt: line 18: expected at most 65536 bytes, found 131072 in the product");
  }

  @Test
  void agreesWithEncodingEveryProduct() {
    RandomStream random = new RandomStream(12);
    int rejected = 0;
    int accepted = 0;
    for (int i = 0; i < 4000; i++) {
      List<String> merges = randomMerges(random);
      // All merges before the last are reachable.
      List<String[]> pairs = merges.stream().map(merge -> merge.split(" ")).toList();
      String[] last = pairs.get(pairs.size() - 1);
      boolean reached = new PlainBpe(Map.of(), pairs).tokens(last[0] + last[1]).size() == 1;
      if (reached) {
        assertThat(vocabulary(merges.toArray(String[]::new)).size()).isEqualTo(256 + merges.size());
        accepted++;
      } else {
        assertThatThrownBy(() -> vocabulary(merges.toArray(String[]::new)))
            .hasMessageContaining("parts that become adjacent");
        rejected++;
      }
    }
    assertThat(rejected).isGreaterThan(200);
    assertThat(accepted).isGreaterThan(200);
  }

  /** Random merges of two letters, reachable except possibly the last. */
  private static List<String> randomMerges(RandomStream random) {
    List<String> merges = new ArrayList<>();
    List<String> tokens = new ArrayList<>(List.of("a", "b"));
    for (int left = 1 + random.nextInt(7); left > 0; ) {
      String first = tokens.get(random.nextInt(tokens.size()));
      String second = tokens.get(random.nextInt(tokens.size()));
      if (tokens.contains(first + second)) {
        continue;
      }
      merges.add(first + " " + second);
      List<String[]> pairs = merges.stream().map(merge -> merge.split(" ")).toList();
      if (new PlainBpe(Map.of(), pairs).tokens(first + second).size() > 1) {
        return merges;
      }
      tokens.add(first + second);
      left--;
    }
    return merges;
  }

  private static BpeVocabulary vocabulary(String... merges) {
    Map<String, Integer> ids = new HashMap<>();
    for (int value = 0; value < 256; value++) {
      ids.put(String.valueOf(ByteAlphabet.character(value)), value);
    }
    List<Merge> list = new ArrayList<>();
    for (String merge : merges) {
      String[] parts = merge.split(" ");
      list.add(new Merge(parts[0], parts[1], list.size() + 2));
      ids.putIfAbsent(parts[0] + parts[1], ids.size());
    }
    return BpeVocabulary.of("vocab.json", ids, new Merges("merges.txt", "line %d", list));
  }
}
