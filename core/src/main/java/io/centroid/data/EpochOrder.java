package io.centroid.data;

import io.centroid.random.RandomStream;
import io.centroid.random.Seed;

/**
 * The order in which a worker visits its examples in one epoch: a Fisher-Yates shuffle that depends
 * only on (seed, epoch, worker).
 */
public final class EpochOrder {
  private EpochOrder() {}

  /** A permutation of 0..count-1. */
  public static int[] of(int count, long seed, long epoch, int worker) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    RandomStream random = new RandomStream(Seed.of(seed, Seed.Purpose.EPOCH_ORDER, epoch, worker));
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
