package io.centroid.text.bpe;

import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.text.StrictJson;
import io.centroid.text.bpe.Merges.Merge;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checked byte-level vocabulary with its merges. A token's <em>rank</em> is its byte, 0 to 255,
 * or 256 plus the place of the merge that makes it; its id is what the vocabulary's file says.
 *
 * <p>Of each merge it is checked that the tokens of its product's bytes are this product alone.
 * Merging pairs by their place, as Hugging Face does, is then the same as merging whatever makes
 * the lowest rank, as tiktoken does; every trained vocabulary passes.
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
   * Checks and keeps.
   *
   * @param file names the vocabulary in refusals
   * @param ids by name
   */
  static BpeVocabulary of(String file, Map<String, Integer> ids, Merges merges) {
    return new Loading(file, ids, merges).load();
  }

  /** Ids by the tokens' names. */
  Map<String, Integer> ids() {
    return ids;
  }

  /** Largest id plus one. */
  int size() {
    return names.length;
  }

  /** The name of an id; null if the vocabulary lacks it. */
  @Nullable String name(int id) {
    return id >= 0 && id < names.length ? names[id] : null;
  }

  /** The id of a token that is a byte or is made by a merge. */
  int idOfRank(int rank) {
    return idOfRank[rank];
  }

  /** Whether the vocabulary has a token of this one byte, 0 to 255. */
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

  /** Ranks by the tokens' bytes. */
  Map<byte[], Integer> ranks() {
    // Byte arrays are only iterated over, so that their identity as keys is enough.
    Map<byte[], Integer> ranks = new LinkedHashMap<>();
    for (int rank = 0; rank < idOfRank.length; rank++) {
      if (idOfRank[rank] >= 0) {
        ranks.put(ByteAlphabet.bytes(nameOfRank(rank)), rank);
      }
    }
    return ranks;
  }

  /** The merges by name, in their order. */
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

  /** The checks, in the order of the merges. */
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
        throw refusal(
            merge, "at most " + LONGEST_TOKEN + " bytes", product.length() + " in the product");
      }
      Integer id = ids.get(product);
      if (id == null) {
        throw refusal(merge, "a product in the vocabulary", InputErrors.quote(product));
      }
      if (ranks.putIfAbsent(product, rank) != null) {
        throw refusal(merge, "a new product", "a second way to " + InputErrors.quote(product));
      }
      if (!meet(left[rank], right[rank], rank)) {
        throw refusal(
            merge,
            "parts that meet",
            "earlier merges that never leave them side by side ("
                + InputErrors.quote(product)
                + ")");
      }
      products.put(pair(left[rank], right[rank]), rank);
      idOfRank[rank] = id;
    }

    private int rank(Merge merge, String part) {
      Integer rank = ranks.get(part);
      if (rank == null) {
        throw refusal(merge, "a byte or an earlier merge's product", InputErrors.quote(part));
      }
      return rank;
    }

    private InputException refusal(Merge merge, String expected, String found) {
      return InputErrors.of(merges.file(), merges.place(merge), expected, found);
    }

    /**
     * Whether the merges before {@code limit}, applied to the bytes of both tokens in one, end with
     * just these two: undoes the later of their last merges step by step and looks for a merge
     * across the seam that would have come first. After Van Antwerpen and Neubeck, "So many tokens,
     * so little time", 2024 (the bpe crate).
     */
    private boolean meet(int leftToken, int rightToken, int limit) {
      int before = leftToken;
      int after = rightToken;
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
          // At the same place the left one of two equal merges comes first.
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
