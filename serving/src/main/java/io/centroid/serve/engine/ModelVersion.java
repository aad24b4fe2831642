package io.centroid.serve.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A version at work. Whoever uses it holds it, and it is closed when it was retired and the last
 * holder let go.
 */
public final class ModelVersion {
  private final ServedModel model;
  private final Batcher batcher;

  /** Holders, and one more until it is retired. */
  private final AtomicInteger holders = new AtomicInteger(1);

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

  /** Lets go. */
  public void release() {
    if (holders.decrementAndGet() == 0) {
      model.close();
    }
  }

  /** False once it was retired and let go by all. */
  boolean hold() {
    while (true) {
      int now = holders.get();
      if (now == 0) {
        return false;
      }
      if (holders.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /** No more holders come; called once. */
  void retire() {
    release();
  }
}
