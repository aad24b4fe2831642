package io.centroid.nn.kernels;

import java.util.ArrayList;
import java.util.List;

/** Owner of off-heap vectors that are freed together. Not thread-safe. */
public final class Arena implements AutoCloseable {
  private final List<FloatVector> vectors = new ArrayList<>();
  private boolean closed;

  /**
   * Allocates a zeroed vector, which may be closed before the arena.
   *
   * @throws IllegalStateException if the arena is closed
   */
  public FloatVector allocate(long size) {
    if (closed) {
      throw new IllegalStateException("the arena is closed");
    }
    FloatVector vector = FloatVector.allocate(size);
    vectors.add(vector);
    return vector;
  }

  @Override
  public void close() {
    closed = true;
    vectors.forEach(FloatVector::close);
    vectors.clear();
  }
}
