package io.centroid.serve.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A loaded model version with reference counting. It is closed when it is retired and the last
 * reference is released.
 */
public final class ModelVersion {
  private final ServedModel model;
  private final Batcher batcher;

  /** Reference count, with one more until the version is retired. */
  private final AtomicInteger references = new AtomicInteger(1);

  ModelVersion(ServedModel model, Batcher batcher) {
    this.model = model;
    this.batcher = batcher;
  }

  public ServedModel model() {
    return model;
  }

  public Batcher batcher() {
    return batcher;
  }

  /** Releases a reference. */
  public void release() {
    if (references.decrementAndGet() == 0) {
      model.close();
    }
  }

  /** Acquires a reference; false if the version is closed. */
  boolean acquire() {
    while (true) {
      int now = references.get();
      if (now == 0) {
        return false;
      }
      if (references.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /** Releases the initial reference; called once. */
  void retire() {
    release();
  }
}
