package io.centroid.generate;

/**
 * Tokens in descending order of their logits, ties by lower id: an in-place heap, which makes the
 * top tokens cheap.
 */
final class LikeliestTokens {
  private final int[] heap;
  private float[] scores = {};
  private int size;

  LikeliestTokens(int vocabulary) {
    this.heap = new int[vocabulary];
  }

  /** Starts over with the tokens whose logit is at least {@code least}. */
  void begin(float[] scores, int count, float least) {
    this.scores = scores;
    size = 0;
    for (int id = 0; id < count; id++) {
      if (scores[id] >= least) {
        heap[size++] = id;
      }
    }
    for (int at = size / 2 - 1; at >= 0; at--) {
      sink(at);
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Removes and returns the most likely remaining token. */
  int next() {
    int first = heap[0];
    heap[0] = heap[--size];
    sink(0);
    return first;
  }

  private void sink(int from) {
    int at = from;
    int token = heap[at];
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], token)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = token;
  }

  private boolean isBefore(int one, int other) {
    return scores[one] > scores[other] || (scores[one] == scores[other] && one < other);
  }
}
