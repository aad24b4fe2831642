package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.Pointer;

/** Assertions on native memory for tests. */
public final class NativeBytes {
  /** Size of ND4J's array descriptors, which the garbage collector frees. */
  private static final long DESCRIPTIONS = 16 << 10;

  private static final long GIVE_UP_NANOS = 20_000_000_000L;

  private NativeBytes() {}

  /** JavaCPP's bytes after the garbage of earlier tests is freed. */
  public static long settled() {
    long deadline = System.nanoTime() + GIVE_UP_NANOS;
    long before;
    do {
      before = NativeMemory.javacppBytes();
      // Garbage from before the first pointer was dropped is freed before the second.
      awaitFreed(deadline);
      awaitFreed(deadline);
    } while (NativeMemory.javacppBytes() != before && System.nanoTime() < deadline);
    return NativeMemory.javacppBytes();
  }

  /** Asserts that JavaCPP's bytes are back to the given value, up to ND4J's array descriptors. */
  public static void assertBackTo(long bytes) {
    assertThat(NativeMemory.javacppBytes()).isCloseTo(bytes, within(DESCRIPTIONS));
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

  /** A null pointer that reports when JavaCPP's deallocator thread has processed it. */
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
