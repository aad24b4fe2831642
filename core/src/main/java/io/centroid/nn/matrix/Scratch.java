package io.centroid.nn.matrix;

import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** Memory of a thread that grows on demand; its content is lost then. */
final class Scratch implements AutoCloseable {
  private final Natives natives = new Natives();
  private @Nullable BytePointer memory;
  private long bytes;

  /** Memory of at least that many bytes. */
  BytePointer of(long wanted) {
    BytePointer held = memory;
    if (held == null || wanted > bytes) {
      close();
      held = natives.allocate(wanted);
      memory = held;
      bytes = wanted;
    }
    return held;
  }

  @Override
  public void close() {
    memory = null;
    bytes = 0;
    natives.close();
  }
}
