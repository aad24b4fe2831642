package io.centroid.text.bpe;

import io.centroid.error.InputException;
import io.centroid.io.Utf8;
import io.centroid.text.AddedToken;
import io.centroid.text.SpecialTokens;
import io.centroid.text.StoredFiles;
import io.centroid.text.StrictJson;
import io.centroid.text.bpe.Merges.Merge;
import io.centroid.text.bpe.PairCounts.Pair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Training of a byte-level BPE from pre-token counts, with the merges and ids of Hugging Face's
 * BpeTrainer: {@code <|endoftext|>}, the 256 bytes, then repeatedly the most frequent pair; ties go
 * to the smallest ids. Sennrich, Haddow and Birch, "Neural machine translation of rare words with
 * subword units", ACL 2016. The order of the words does not matter.
 */
public final class BpeTraining {
  /** Minimum vocabulary size: the end-of-text token and every byte. */
  public static final int SMALLEST_VOCABULARY = 257;

  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final PairCounts pairs = new PairCounts();

  private BpeTraining() {
    name(SpecialTokens.END_OF_TEXT);
    for (char character : ByteAlphabet.ordered()) {
      name(String.valueOf(character));
    }
  }

  /**
   * Trains until the vocabulary is full or no pair is frequent enough, so the result may be
   * smaller.
   *
   * @param preTokens counts by pre-token, as split by {@link PreTokens}
   * @param vocabularySize maximum number of tokens, 257 or more
   * @param minimumCount minimum count of a pair to become a token, 1 or more
   */
  public static ByteLevelBpe train(
      Map<String, Long> preTokens, int vocabularySize, long minimumCount) {
    check(vocabularySize, minimumCount);
    BpeTraining training = new BpeTraining();
    preTokens.forEach(training::add);
    return training.learn(vocabularySize, minimumCount);
  }

  /** Checks the settings. */
  public static void check(int vocabularySize, long minimumCount) {
    if (vocabularySize < SMALLEST_VOCABULARY || vocabularySize > StrictJson.MOST_IDS) {
      throw new InputException(
          "vocabulary size must be from %s to %s: %s"
              .formatted(SMALLEST_VOCABULARY, StrictJson.MOST_IDS, vocabularySize));
    }
    if (minimumCount < 1) {
      throw new InputException("minimum count must be >= 1: " + minimumCount);
    }
  }

  private void add(String preToken, long count) {
    byte[] bytes = Utf8.wholeCharacters(preToken).getBytes(StandardCharsets.UTF_8);
    int[] word = new int[bytes.length];
    for (int i = 0; i < word.length; i++) {
      word[i] = ids.getOrDefault(String.valueOf(ByteAlphabet.character(bytes[i] & 0xff)), -1);
    }
    if (count > 0) {
      pairs.add(word, count);
    }
  }

  private ByteLevelBpe learn(int vocabularySize, long minimumCount) {
    List<Merge> merges = new ArrayList<>();
    while (names.size() < vocabularySize) {
      Pair top = pairs.top();
      if (top == null || top.count() < minimumCount) {
        break;
      }
      Merge merge = new Merge(names.get(top.left()), names.get(top.right()), merges.size());
      merges.add(merge);
      pairs.join(top, name(merge.left() + merge.right()));
    }
    String place = "trained tokenizer";
    BpeVocabulary vocabulary = BpeVocabulary.of(place, ids, new Merges(place, "merge %d", merges));
    AddedToken end = AddedToken.special(0, SpecialTokens.END_OF_TEXT);
    BpeModel model = new BpeModel(vocabulary, List.of(end), false, OptionalInt.of(0));
    return new ByteLevelBpe(new StoredFiles(place, BpeFiles.write(model)), model);
  }

  private int name(String name) {
    ids.put(name, names.size());
    names.add(name);
    return names.size() - 1;
  }
}
