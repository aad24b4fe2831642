package io.centroid.memory;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * The peak heap usage of this JVM since a moment. The heap shrinks only in garbage collections, so
 * the peak is the largest usage before a collection or at a query.
 */
final class HeapPeak {
  private static final List<GarbageCollectorMXBean> COLLECTORS =
      ManagementFactory.getGarbageCollectorMXBeans();
  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  private final Set<String> pools;
  private final Map<String, Peaks> beforeCollections = new ConcurrentHashMap<>();
  private final Peaks asked = new Peaks();

  /**
   * A moment.
   *
   * @param collections number of collections so far by collector
   * @param asked number of queries so far
   */
  record Moment(Map<String, Long> collections, long asked) {}

  HeapPeak() {
    pools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toUnmodifiableSet());
    for (GarbageCollectorMXBean collector : COLLECTORS) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(
            (notification, none) -> collected(notification), null, null);
      }
    }
  }

  private void collected(Notification notification) {
    if (notification.getUserData() instanceof CompositeData data) {
      GarbageCollectionNotificationInfo collection = GarbageCollectionNotificationInfo.from(data);
      beforeCollections
          .computeIfAbsent(collection.getGcName(), name -> new Peaks())
          .add(
              collection.getGcInfo().getId(),
              used(collection.getGcInfo().getMemoryUsageBeforeGc()));
    }
  }

  private long used(Map<String, MemoryUsage> usages) {
    return usages.entrySet().stream()
        .filter(usage -> pools.contains(usage.getKey()))
        .mapToLong(usage -> usage.getValue().getUsed())
        .sum();
  }

  Moment now() {
    Map<String, Long> collections = new HashMap<>();
    for (GarbageCollectorMXBean collector : COLLECTORS) {
      collections.put(collector.getName(), collector.getCollectionCount());
    }
    return new Moment(collections, asked.last());
  }

  /** The peak since a moment in bytes. */
  long since(Moment moment) {
    asked.add(MEMORY.getHeapMemoryUsage().getUsed());
    long peak = asked.after(moment.asked);
    for (Map.Entry<String, Peaks> collector : beforeCollections.entrySet()) {
      long done = moment.collections.getOrDefault(collector.getKey(), 0L);
      peak = Math.max(peak, collector.getValue().after(done));
    }
    return peak;
  }
}
