package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.FloatPointer;

/** Native memory as the tests compare it. */
public final class NativeBytes {
  /** What ND4J's descriptions of arrays take, which the garbage collector frees. */
  private static final long DESCRIPTIONS = 16 << 10;

  private static final long GIVE_UP_NANOS = 20_000_000_000L;

  private NativeBytes() {}

  /**
   * Tracked bytes once the garbage of earlier tests is freed: a vector that nobody holds was freed
   * after it.
   */
  public static long settled() {
    long garbage = 1 << 20;
    System.gc();
    long before = NativeMemory.trackedBytes();
    drop(garbage);
    long deadline = System.nanoTime() + GIVE_UP_NANOS;
    while (NativeMemory.trackedBytes() > before && System.nanoTime() < deadline) {
      System.gc();
      Thread.onSpinWait();
    }
    return NativeMemory.trackedBytes();
  }

  /** Fails unless the tracked bytes are what they were, up to what describes arrays of ND4J. */
  public static void assertBackTo(long bytes) {
    assertThat(NativeMemory.trackedBytes()).isCloseTo(bytes, within(DESCRIPTIONS));
  }

  private static void drop(long floats) {
    new FloatPointer(floats).put(0, 1);
  }
}
