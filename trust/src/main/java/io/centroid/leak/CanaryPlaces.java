package io.centroid.leak;

import io.centroid.data.corpus.CorpusShard;
import io.centroid.data.tokenizing.Insertion;
import io.centroid.error.InputException;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import io.centroid.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/**
 * The places of canaries in the training text of a corpus: uniform over its tokens, before the
 * validation text, each repetition on its own. They depend only on the seed and the shards.
 *
 * @param pieces pieces to insert by index of the shard
 * @param breaks token ids that end a line or a document
 * @param slack number of tokens within which a break is looked for
 */
public record CanaryPlaces(
    SortedMap<Integer, List<Insertion.Piece>> pieces, BitSet breaks, int slack) {
  private static final int MOST_SLACK = 4096;

  /**
   * Chooses the places.
   *
   * @param shards training shards in the order of the text
   * @param trainingTokens number of tokens before the validation text, given the number of all
   * @throws InputException if the training text has fewer tokens than the canaries, or the
   *     tokenizer cannot encode them
   */
  public static CanaryPlaces choose(
      Canaries canaries,
      Tokenizer tokenizer,
      List<CorpusShard> shards,
      LongUnaryOperator trainingTokens) {
    List<List<Integer>> occurrences = new ArrayList<>();
    for (Canary canary : canaries.canaries()) {
      List<Integer> ids = ids(canary, tokenizer);
      for (int i = 0; i < canary.repetitions(); i++) {
        occurrences.add(ids);
      }
    }
    long added = occurrences.stream().mapToLong(List::size).sum();
    long tokens = shards.stream().mapToLong(CorpusShard::tokens).sum();
    long limit = trainingTokens.applyAsLong(tokens + added) - added;
    if (limit < added) {
      throw new InputException(
          "--canaries: the canaries have "
              + added
              + " tokens, expected at most as many as the training text, "
              + Math.max(0, limit));
    }
    int slack = (int) Math.min(MOST_SLACK, limit / 4);
    RandomStream random = new RandomStream(Seed.of(canaries.seed(), Seed.Purpose.CANARY, 1));
    SortedMap<Integer, List<Insertion.Piece>> pieces = new TreeMap<>();
    for (List<Integer> ids : occurrences) {
      long place = (long) (random.nextDouble() * (limit - slack));
      int shard = 0;
      while (place >= shards.get(shard).tokens()) {
        place -= shards.get(shard).tokens();
        shard++;
      }
      pieces.computeIfAbsent(shard, n -> new ArrayList<>()).add(new Insertion.Piece(place, ids));
    }
    return new CanaryPlaces(pieces, breaks(tokenizer), slack);
  }

  private static List<Integer> ids(Canary canary, Tokenizer tokenizer) {
    try {
      return Arrays.stream(tokenizer.encodeOrdinary(canary.text())).boxed().toList();
    } catch (InputException e) {
      throw new InputException("--canaries: " + e.getMessage(), e);
    }
  }

  private static BitSet breaks(Tokenizer tokenizer) {
    BitSet breaks = new BitSet();
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      byte[] bytes = tokenizer.bytes(id);
      breaks.set(id, bytes.length > 0 && bytes[bytes.length - 1] == '\n');
    }
    tokenizer.endOfText().ifPresent(breaks::set);
    return breaks;
  }
}
