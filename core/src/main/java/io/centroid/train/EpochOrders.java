package io.centroid.train;

import io.centroid.data.EpochOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The orders of this epoch, worker by worker, of this JVM's last workers: every round of an epoch
 * needs the same one. There for speed alone.
 */
final class EpochOrders {
  private static final int MOST = 256;
  private static final Map<Key, Ordered> LAST = new LinkedHashMap<>(16, 0.75f, true);

  private EpochOrders() {}

  private record Key(int count, long seed, int worker) {}

  private record Ordered(long epoch, int[] order) {}

  /** The same as {@link EpochOrder#of}; not to be written to. */
  static int[] of(int count, long seed, long epoch, int worker) {
    Key key = new Key(count, seed, worker);
    synchronized (LAST) {
      Ordered last = LAST.get(key);
      if (last != null && last.epoch == epoch) {
        return last.order;
      }
    }
    int[] order = EpochOrder.of(count, seed, epoch, worker);
    synchronized (LAST) {
      LAST.put(key, new Ordered(epoch, order));
      if (LAST.size() > MOST) {
        LAST.remove(LAST.keySet().iterator().next());
      }
    }
    return order;
  }
}
