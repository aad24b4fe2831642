package io.centroid.serve.engine;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The current model version. Requests that have acquired an older version finish on it. */
public final class CurrentModel implements AutoCloseable {
  private final AtomicReference<@Nullable ModelVersion> current = new AtomicReference<>();
  private boolean closed;

  /** Acquires the current version, which the caller must release; empty if none is ready. */
  public Optional<ModelVersion> acquire() {
    while (true) {
      ModelVersion version = current.get();
      if (version == null) {
        return Optional.empty();
      }
      // It may have been replaced and closed since: then try again.
      if (version.acquire()) {
        return Optional.of(version);
      }
    }
  }

  public boolean ready() {
    return current.get() != null;
  }

  /** Replaces the version; after close, retires the new one, since a poll may still load one. */
  synchronized void replace(ModelVersion version) {
    retire(closed ? version : current.getAndSet(version));
  }

  /** Retires the current version; requests in flight finish on it. */
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
