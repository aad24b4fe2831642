package io.centroid.generate;

/**
 * Tokens in the order of their scores, of equal ones the lower id first, as far as they are asked
 * for: a heap in place, so that the first of many cost little.
 */
final class LikeliestTokens {
  private final int[] heap;
  private float[] scores = {};
  private int size;

  LikeliestTokens(int vocabulary) {
    this.heap = new int[vocabulary];
  }

  /** Of the tokens whose score is not below {@code least}. */
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

  /** Takes the likeliest token that is left. */
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
