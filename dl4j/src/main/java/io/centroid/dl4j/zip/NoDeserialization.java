package io.centroid.dl4j.zip;

import java.io.ObjectInputFilter;
import java.util.concurrent.Callable;

/**
 * Defense in depth while an untrusted file is read: no object is deserialized by the thread that
 * reads it. The filter stays installed in the JVM (JEP 290) and has no opinion of other threads. A
 * JVM that was started with a {@code jdk.serialFilter} of its own keeps that one.
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
        // Another thread's filter came first.
        return false;
      }
    }
  }

  /** Whether the filter could be installed. */
  public static boolean isInstalled() {
    return Installed.OURS;
  }

  /** Runs the work; whatever it tries to deserialize on this thread is refused. */
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
