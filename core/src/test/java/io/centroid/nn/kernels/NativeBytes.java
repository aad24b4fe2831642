package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.Pointer;

/** Native memory as the tests compare it. */
public final class NativeBytes {
  /** What ND4J's descriptions of arrays take, which the garbage collector frees. */
  private static final long DESCRIPTIONS = 16 << 10;

  private static final long GIVE_UP_NANOS = 20_000_000_000L;

  private NativeBytes() {}

  /** Tracked bytes once the garbage of earlier tests is freed. */
  public static long settled() {
    long deadline = System.nanoTime() + GIVE_UP_NANOS;
    long before;
    do {
      before = NativeMemory.trackedBytes();
      // What was garbage when the first is dropped is freed before the second is.
      awaitFreed(deadline);
      awaitFreed(deadline);
    } while (NativeMemory.trackedBytes() != before && System.nanoTime() < deadline);
    return NativeMemory.trackedBytes();
  }

  /** Fails unless the tracked bytes are what they were, up to what describes arrays of ND4J. */
  public static void assertBackTo(long bytes) {
    assertThat(NativeMemory.trackedBytes()).isCloseTo(bytes, within(DESCRIPTIONS));
  }

  private static void awaitFreed(long deadline) {
    AtomicBoolean freed = new AtomicBoolean();
    drop(freed);
    while (!freed.get() && System.nanoTime() < deadline) {
      System.gc();
      Thread.onSpinWait();
    }
  }

  private static void drop(AtomicBoolean freed) {
    new Dropped(freed);
  }

  /** A pointer to nothing that tells when the thread that frees native memory has come to it. */
  private static final class Dropped extends Pointer {
    Dropped(AtomicBoolean freed) {
      deallocator(() -> freed.set(true));
    }

    @Override
    public int sizeof() {
      return 1;
    }
  }
}
