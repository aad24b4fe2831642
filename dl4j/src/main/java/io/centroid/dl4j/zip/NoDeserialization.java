package io.centroid.dl4j.zip;

import java.io.ObjectInputFilter;
import java.util.concurrent.Callable;

/**
 * Blocks Java deserialization on the current thread while it reads an untrusted file, as defense in
 * depth. The filter (JEP 290) stays installed in the JVM and does not affect other threads. An
 * existing {@code jdk.serialFilter} is kept instead.
 */
public final class NoDeserialization {
  private static final ThreadLocal<Integer> DEPTH = ThreadLocal.withInitial(() -> 0);

  private NoDeserialization() {}

  private static final class Installed {
    static final boolean OURS = install();

    private static boolean install() {
      if (ObjectInputFilter.Config.getSerialFilter() != null) {
        return false;
      }
      try {
        ObjectInputFilter.Config.setSerialFilter(NoDeserialization::check);
        return true;
      } catch (IllegalStateException e) {
        // Another thread installed a filter first.
        return false;
      }
    }
  }

  /** True if the filter is installed. */
  public static boolean isInstalled() {
    return Installed.OURS;
  }

  /** Runs the work; any Java deserialization on this thread is rejected. */
  public static <T> T during(Callable<T> work) throws Exception {
    boolean unused = isInstalled();
    DEPTH.set(DEPTH.get() + 1);
    try {
      return work.call();
    } finally {
      DEPTH.set(DEPTH.get() - 1);
    }
  }

  private static ObjectInputFilter.Status check(ObjectInputFilter.FilterInfo info) {
    return DEPTH.get() > 0 ? ObjectInputFilter.Status.REJECTED : ObjectInputFilter.Status.UNDECIDED;
  }
}
