package io.centroid.text.bpe;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.text.StrictJson;
import io.centroid.text.bpe.Merges.Merge;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A validated byte-level BPE vocabulary with its merges. A token's <em>rank</em> is its byte, 0 to
 * 255, or 256 plus the index of the merge that produces it; the vocabulary file defines its id.
 *
 * <p>For each merge it is checked that its product's bytes encode to the product. Merging pairs by
 * index, as Hugging Face does, is then equivalent to merging to the lowest rank, as tiktoken does.
 * Every trained vocabulary passes.
 */
final class BpeVocabulary {
  private static final int FIRST_MERGE = 256;
  private static final int LONGEST_TOKEN = 1 << 16;

  private final Map<String, Integer> ids;
  private final @Nullable String[] names;
  private final int[] idOfRank;
  private final int[] left;
  private final int[] right;

  private BpeVocabulary(
      Map<String, Integer> ids, @Nullable String[] names, int[] idOfRank, int[] left, int[] right) {
    this.ids = ids;
    this.names = names;
    this.idOfRank = idOfRank;
    this.left = left;
    this.right = right;
  }

  /**
   * Validates a vocabulary.
   *
   * @param file name of the vocabulary for messages
   * @param ids token ids by name
   * @param merges merges in order
   */
  static BpeVocabulary of(String file, Map<String, Integer> ids, Merges merges) {
    return new Loading(file, ids, merges).load();
  }

  /** Token ids by name. */
  Map<String, Integer> ids() {
    return ids;
  }

  /** Largest id plus one. */
  int size() {
    return names.length;
  }

  /** The name of an id; null if the id is unknown. */
  @Nullable String name(int id) {
    return id >= 0 && id < names.length ? names[id] : null;
  }

  /** The token id of a rank. */
  int idOfRank(int rank) {
    return idOfRank[rank];
  }

  /** Whether the vocabulary has a token for a byte, 0 to 255. */
  boolean hasByte(int value) {
    return idOfRank[value] >= 0;
  }

  boolean hasAllBytes() {
    for (int value = 0; value < FIRST_MERGE; value++) {
      if (!hasByte(value)) {
        return false;
      }
    }
    return true;
  }

  /** Ranks by token bytes. */
  Map<byte[], Integer> ranks() {
    // The map is only iterated over, so identity keys suffice.
    Map<byte[], Integer> ranks = new LinkedHashMap<>();
    for (int rank = 0; rank < idOfRank.length; rank++) {
      if (idOfRank[rank] >= 0) {
        ranks.put(ByteAlphabet.bytes(nameOfRank(rank)), rank);
      }
    }
    return ranks;
  }

  /** The merges by token name, in order. */
  List<String[]> merges() {
    String[][] merges = new String[left.length - FIRST_MERGE][];
    for (int i = 0; i < merges.length; i++) {
      merges[i] =
          new String[] {nameOfRank(left[FIRST_MERGE + i]), nameOfRank(right[FIRST_MERGE + i])};
    }
    return List.of(merges);
  }

  private String nameOfRank(int rank) {
    String name = names[idOfRank[rank]];
    if (name == null) {
      throw new IllegalStateException("rank " + rank + " has no name");
    }
    return name;
  }

  /** Validation in merge order. */
  private static final class Loading {
    private final String file;
    private final Map<String, Integer> ids;
    private final Merges merges;
    private final Map<String, Integer> ranks = new HashMap<>();
    private final Map<Long, Integer> products = new HashMap<>();
    private final int[] idOfRank;
    private final int[] left;
    private final int[] right;

    Loading(String file, Map<String, Integer> ids, Merges merges) {
      this.file = file;
      this.ids = ids;
      this.merges = merges;
      int count = FIRST_MERGE + merges.list().size();
      idOfRank = new int[count];
      left = new int[count];
      right = new int[count];
    }

    BpeVocabulary load() {
      String[] names = names();
      for (int value = 0; value < FIRST_MERGE; value++) {
        String name = String.valueOf(ByteAlphabet.character(value));
        idOfRank[value] = ids.getOrDefault(name, -1);
        left[value] = value;
        right[value] = value;
        if (idOfRank[value] >= 0) {
          ranks.put(name, value);
        }
      }
      int rank = FIRST_MERGE;
      for (Merge merge : merges.list()) {
        add(merge, rank++);
      }
      return new BpeVocabulary(ids, names, idOfRank, left, right);
    }

    private String[] names() {
      String[] names = new String[StrictJson.arraySize(file, ids)];
      ids.forEach(
          (name, id) -> {
            if (names[id] != null) {
              throw InputErrors.of(
                  file,
                  "id "
                      + id
                      + " is both "
                      + InputErrors.quote(names[id])
                      + " and "
                      + InputErrors.quote(name));
            }
            names[id] = name;
          });
      return names;
    }

    private void add(Merge merge, int rank) {
      left[rank] = rank(merge, merge.left());
      right[rank] = rank(merge, merge.right());
      String product = merge.left() + merge.right();
      if (product.length() > LONGEST_TOKEN) {
        throw error(
            merge, "at most " + LONGEST_TOKEN + " bytes", product.length() + " in the product");
      }
      Integer id = ids.get(product);
      if (id == null) {
        throw error(merge, "a product in the vocabulary", InputErrors.quote(product));
      }
      if (ranks.putIfAbsent(product, rank) != null) {
        throw error(merge, "a new product", "a duplicate of " + InputErrors.quote(product));
      }
      if (!becomeAdjacent(left[rank], right[rank], rank)) {
        throw error(
            merge,
            "parts that become adjacent",
            "earlier merges that never leave them adjacent (" + InputErrors.quote(product) + ")");
      }
      products.put(pair(left[rank], right[rank]), rank);
      idOfRank[rank] = id;
    }

    private int rank(Merge merge, String part) {
      Integer rank = ranks.get(part);
      if (rank == null) {
        throw error(merge, "a byte or an earlier merge's product", InputErrors.quote(part));
      }
      return rank;
    }

    private InputException error(Merge merge, String expected, String found) {
      return InputErrors.of(merges.file(), merges.place(merge), expected, found);
    }

    /**
     * Whether the merges before {@code limit}, applied to the concatenated bytes of both tokens,
     * produce exactly these two tokens. It undoes the later of their last merges step by step and
     * checks for an earlier merge across the boundary. Following Van Antwerpen and Neubeck, "So
     * many tokens, so little time", 2024 (the bpe crate).
     */
    private boolean becomeAdjacent(int firstToken, int secondToken, int limit) {
      int before = firstToken;
      int after = secondToken;
      int until = limit;
      while (true) {
        Integer across = products.get(pair(before, after));
        if (across != null && across < until) {
          return false;
        }
        if (before < FIRST_MERGE && after < FIRST_MERGE) {
          return true;
        }
        if (before > after) {
          until = before;
          before = right[before];
        } else {
          // Of two equal merges the left one comes first.
          until = after + 1;
          after = left[after];
        }
      }
    }

    private static long pair(int before, int after) {
      return (long) before << 32 | after;
    }
  }
}
