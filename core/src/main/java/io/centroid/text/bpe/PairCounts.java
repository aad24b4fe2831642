package io.centroid.text.bpe;

import io.centroid.io.ArrayGrowth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts of adjacent token pairs in weighted words, updated as pairs are merged. Heap entries may
 * be stale: a stale entry is reinserted or dropped when it reaches the top.
 */
final class PairCounts {
  private final List<int[]> words = new ArrayList<>();
  private final List<Long> weights = new ArrayList<>();
  private final Map<Long, Occurrences> pairs = new HashMap<>();
  private final Set<Long> grown = new LinkedHashSet<>();
  private final PriorityQueue<Pair> heap =
      new PriorityQueue<>(
          Comparator.comparingLong(Pair::count)
              .reversed()
              .thenComparingInt(Pair::left)
              .thenComparingInt(Pair::right));

  /** Two adjacent tokens and their count. */
  record Pair(int left, int right, long count) {}

  /** A pair's count and the words in which it occurred; it may no longer occur in some. */
  private static final class Occurrences {
    private long count;
    private int[] words = new int[2];
    private int size;

    void add(int word, long weight) {
      count += weight;
      if (size > 0 && words[size - 1] == word) {
        return;
      }
      if (size == words.length) {
        words = Arrays.copyOf(words, ArrayGrowth.grown(size, size + 1L));
      }
      words[size++] = word;
    }
  }

  /** Adds a word of at least one token; call it before {@link #top}. */
  void add(int[] word, long weight) {
    int index = words.size();
    words.add(word);
    weights.add(weight);
    for (int i = 0; i + 1 < word.length; i++) {
      grow(word[i], word[i + 1], index, weight);
    }
  }

  /** The most frequent pair, with the smallest ids in a tie; null if there is none. */
  @Nullable Pair top() {
    grown.forEach(this::push);
    grown.clear();
    while (true) {
      Pair top = heap.poll();
      if (top == null) {
        return null;
      }
      Occurrences now = pairs.get(key(top.left(), top.right()));
      if (now == null || now.count <= 0 || now.count > top.count()) {
        // Merged, no longer present, or reinserted when its count grew.
        continue;
      }
      if (now.count == top.count()) {
        return top;
      }
      heap.add(new Pair(top.left(), top.right(), now.count));
    }
  }

  /** Merges a pair into one token everywhere, from left to right. */
  void join(Pair pair, int product) {
    Occurrences joined = pairs.remove(key(pair.left(), pair.right()));
    if (joined == null) {
      return;
    }
    for (int i = 0; i < joined.size; i++) {
      join(joined.words[i], pair, product);
    }
  }

  private void join(int index, Pair pair, int product) {
    int[] word = words.get(index);
    long weight = weights.get(index);
    int kept = 0;
    for (int at = 0; at < word.length; at++) {
      if (at + 1 == word.length || word[at] != pair.left() || word[at + 1] != pair.right()) {
        word[kept++] = word[at];
        continue;
      }
      if (kept > 0) {
        shrink(word[kept - 1], pair.left(), weight);
        grow(word[kept - 1], product, index, weight);
      }
      at++;
      if (at + 1 < word.length) {
        shrink(pair.right(), word[at + 1], weight);
        grow(product, word[at + 1], index, weight);
      }
      word[kept++] = product;
    }
    if (kept < word.length) {
      words.set(index, Arrays.copyOf(word, kept));
    }
  }

  private void grow(int left, int right, int word, long weight) {
    long key = key(left, right);
    pairs.computeIfAbsent(key, none -> new Occurrences()).add(word, weight);
    grown.add(key);
  }

  private void shrink(int left, int right, long weight) {
    Occurrences found = pairs.get(key(left, right));
    if (found != null) {
      found.count -= weight;
    }
  }

  private void push(long key) {
    Occurrences found = pairs.get(key);
    if (found != null && found.count > 0) {
      heap.add(new Pair((int) (key >>> 32), (int) key, found.count));
    }
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }
}
