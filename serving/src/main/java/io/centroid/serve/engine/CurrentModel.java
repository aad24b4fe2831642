package io.centroid.serve.engine;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The version that answers now. Requests that hold an older one finish on it. */
public final class CurrentModel implements AutoCloseable {
  private final AtomicReference<@Nullable ModelVersion> current = new AtomicReference<>();
  private boolean closed;

  /** The current version, held for the caller, who must release it; empty: none is ready. */
  public Optional<ModelVersion> hold() {
    while (true) {
      ModelVersion version = current.get();
      if (version == null) {
        return Optional.empty();
      }
      // Between the two lines it may have been replaced and closed: then there is another.
      if (version.hold()) {
        return Optional.of(version);
      }
    }
  }

  public boolean ready() {
    return current.get() != null;
  }

  /** A version that comes after the end is retired at once: a look may still be loading one. */
  synchronized void replace(ModelVersion version) {
    retire(closed ? version : current.getAndSet(version));
  }

  /** No requests come any more; those that are there finish. */
  @Override
  public synchronized void close() {
    closed = true;
    retire(current.getAndSet(null));
  }

  private static void retire(@Nullable ModelVersion version) {
    if (version != null) {
      version.retire();
    }
  }
}
