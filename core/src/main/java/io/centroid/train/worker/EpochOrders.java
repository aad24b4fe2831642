package io.centroid.train.worker;

import io.centroid.data.EpochOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Cache of the workers' example orders, since every round of an epoch uses the same one.
 * Thread-safe.
 */
final class EpochOrders {
  private static final int MOST = 256;
  private final Map<Key, Ordered> last = new LinkedHashMap<>(16, 0.75f, true);

  private record Key(int count, long seed, int worker) {}

  private record Ordered(long epoch, int[] order) {}

  /** Cached {@link EpochOrder#of}; callers must not modify the array. */
  int[] of(int count, long seed, long epoch, int worker) {
    Key key = new Key(count, seed, worker);
    synchronized (last) {
      Ordered held = last.get(key);
      if (held != null && held.epoch == epoch) {
        return held.order;
      }
    }
    int[] order = EpochOrder.of(count, seed, epoch, worker);
    synchronized (last) {
      last.put(key, new Ordered(epoch, order));
      if (last.size() > MOST) {
        last.remove(last.keySet().iterator().next());
      }
    }
    return order;
  }
}
