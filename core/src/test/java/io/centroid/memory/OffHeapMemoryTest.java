package io.centroid.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffHeapMemoryTest {
  private static final long MEBIBYTE = 1L << 20;

  @Test
  void sumsAnonymousAndSwappedMemoryOutsideTheHeap() {
    List<String> smaps =
        List.of(
            "80000000-bd100000 rw-p 00000000 00:00 0",
            "Rss:              400000 kB",
            "Anonymous:        400000 kB",
            "Swap:               1000 kB",
            "ffe00000-ffe75000 rw-p 00c77000 fe:00 328258    /jvm/classes.jsa",
            "Anonymous:           468 kB",
            "7f4a10000000-7f4a14000000 rw-p 00000000 00:00 0",
            "Rss:                3000 kB",
            "Anonymous:          2000 kB",
            "AnonHugePages:      1024 kB",
            "Swap:                 30 kB",
            "SwapPss:              30 kB",
            "7f4a20000000-7f4a20001000 r--p 00000000 fe:00 12    /usr/lib/libc.so",
            "Anonymous:             0 kB");
    assertThat(
            OffHeapMemory.anonymous(smaps, new OffHeapMemory.Addresses(0x80000000L, 0x100000000L)))
        .isEqualTo(2030 << 10);
  }

  @Test
  void countsDirectBuffersButNotTheHeap() {
    long before = OffHeapMemory.bytes().orElseThrow();
    List<byte[]> inside = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      inside.add(new byte[1 << 20]);
    }
    long withHeap = OffHeapMemory.bytes().orElseThrow();
    ByteBuffer outside = ByteBuffer.allocateDirect(400 << 20);
    for (int i = 0; i < outside.capacity(); i += 4096) {
      outside.put(i, (byte) 1);
    }
    long withBoth = OffHeapMemory.bytes().orElseThrow();

    assertThat(withHeap - before).isBetween(-60 * MEBIBYTE, 60 * MEBIBYTE);
    assertThat(withBoth - withHeap).isBetween(350 * MEBIBYTE, 450 * MEBIBYTE);
    assertThat(inside).hasSize(400);
  }
}
