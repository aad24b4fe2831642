package io.centroid.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.nn.kernels.FloatVector;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  private static final int MEBIBYTE = 1 << 20;

  @Test
  void peaksStayWhenMemoryIsGone() {
    PeakMemory before = ProcessMemory.peak();
    PeakMemory full = filled();
    assertThat(full.heap()).isGreaterThanOrEqualTo(64 * MEBIBYTE);
    assertThat(full.tracked()).isGreaterThanOrEqualTo(16 * MEBIBYTE);
    assertThat(full.resident()).isGreaterThan(80 * MEBIBYTE).isGreaterThan(full.heap());
    System.gc();
    PeakMemory after = ProcessMemory.peak();
    assertThat(after.or(full)).isEqualTo(after);
    assertThat(after.or(before)).isEqualTo(after);
  }

  private static PeakMemory filled() {
    byte[] heap = new byte[64 * MEBIBYTE];
    Arrays.fill(heap, (byte) 1);
    FloatVector vector = FloatVector.allocate(4 * MEBIBYTE);
    PeakMemory peak = ProcessMemory.peak();
    Reference.reachabilityFence(heap);
    assertThat(vector.size()).isEqualTo(4 * MEBIBYTE);
    return peak;
  }
}
