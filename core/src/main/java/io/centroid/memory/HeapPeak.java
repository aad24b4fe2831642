package io.centroid.memory;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * The most that this JVM's heap held since the making of this. The heap shrinks in collections
 * alone, so that is what it held before one of them, or holds now.
 */
final class HeapPeak {
  private final Set<String> pools;
  private final AtomicLong beforeCollections = new AtomicLong();

  HeapPeak() {
    pools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toUnmodifiableSet());
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(
            (notification, none) -> collected(notification), null, null);
      }
    }
  }

  private void collected(Notification notification) {
    if (notification.getUserData() instanceof CompositeData data) {
      used(GarbageCollectionNotificationInfo.from(data).getGcInfo().getMemoryUsageBeforeGc());
    }
  }

  private void used(Map<String, MemoryUsage> usages) {
    long bytes =
        usages.entrySet().stream()
            .filter(usage -> pools.contains(usage.getKey()))
            .mapToLong(usage -> usage.getValue().getUsed())
            .sum();
    beforeCollections.accumulateAndGet(bytes, Math::max);
  }

  /** Bytes. */
  long bytes() {
    long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return beforeCollections.accumulateAndGet(now, Math::max);
  }
}
