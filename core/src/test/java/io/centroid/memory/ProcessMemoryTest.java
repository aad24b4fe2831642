package io.centroid.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.nn.kernels.FloatVector;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  private static final int MEBIBYTE = 1 << 20;

  @Test
  void peaksRemainAfterMemoryIsFreed() {
    ProcessMemory training = new ProcessMemory();
    PeakMemory before = training.peak();
    PeakMemory full = filled(training);
    assertThat(full.heap()).isGreaterThanOrEqualTo(64 * MEBIBYTE);
    assertThat(full.tracked()).isGreaterThanOrEqualTo(16 * MEBIBYTE);
    assertThat(full.resident()).isGreaterThan(80 * MEBIBYTE).isGreaterThan(full.heap());
    System.gc();
    PeakMemory after = training.peak();
    assertThat(after.or(full)).isEqualTo(after);
    assertThat(after.or(before)).isEqualTo(after);
  }

  @Test
  void aSecondRunDoesNotIncludeTheFirstRunsPeaks() {
    ProcessMemory first = new ProcessMemory();
    PeakMemory full = filled(first);
    System.gc();
    ProcessMemory second = new ProcessMemory();
    PeakMemory small = second.peak();
    assertThat(small.heap()).isLessThan(full.heap() - 48 * MEBIBYTE);
    assertThat(small.tracked()).isLessThanOrEqualTo(full.tracked() - 16 * MEBIBYTE);
    PeakMemory again = filled(second);
    assertThat(again.heap()).isGreaterThanOrEqualTo(64 * MEBIBYTE);
    PeakMemory both = first.peak();
    assertThat(both.heap()).isGreaterThanOrEqualTo(Math.max(full.heap(), again.heap()));
    assertThat(both.tracked()).isGreaterThanOrEqualTo(Math.max(full.tracked(), again.tracked()));
  }

  @Test
  void aPeakIsTheMaximumAfterANumber() {
    Peaks peaks = new Peaks();
    assertThat(peaks.after(0)).isZero();
    for (long value : new long[] {3, 9, 2, 5, 5, 4}) {
      peaks.add(value);
    }
    assertThat(peaks.last()).isEqualTo(6);
    assertThat(LongStream.rangeClosed(0, 6).map(peaks::after).boxed())
        .containsExactly(9L, 9L, 5L, 5L, 5L, 4L, 0L);
  }

  private static PeakMemory filled(ProcessMemory training) {
    byte[] heap = new byte[64 * MEBIBYTE];
    Arrays.fill(heap, (byte) 1);
    try (FloatVector vector = FloatVector.allocate(4 * MEBIBYTE)) {
      PeakMemory peak = training.peak();
      Reference.reachabilityFence(heap);
      assertThat(vector.size()).isEqualTo(4 * MEBIBYTE);
      return peak;
    }
  }
}
