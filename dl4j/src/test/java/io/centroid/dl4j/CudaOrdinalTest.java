package io.centroid.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import org.junit.jupiter.api.Test;

class CudaOrdinalTest {
  @Test
  void withoutVisibleDevicesItIsTheIndex() {
    assertThat(CudaOrdinal.of("3", null)).isEqualTo(3);
    assertThat(CudaOrdinal.of("0", "")).isZero();
  }

  @Test
  void amongVisibleDevicesItIsThePosition() {
    assertThat(CudaOrdinal.of("2", "3,2")).isEqualTo(1);
    assertThat(CudaOrdinal.of("GPU-b", "GPU-a, GPU-b")).isEqualTo(1);
    assertThat(CudaOrdinal.of("MIG-a", "MIG-a")).isZero();
  }

  @Test
  void aGpuThatTheProcessDoesNotSeeIsRefused() {
    assertThatThrownBy(() -> CudaOrdinal.of("1", "2,3"))
        .isInstanceOf(InputException.class)
        .hasMessage("CUDA_VISIBLE_DEVICES = 2,3 does not list the GPU 1");
    assertThatThrownBy(() -> CudaOrdinal.of("GPU-a", null))
        .isInstanceOf(InputException.class)
        .hasMessage("CUDA_VISIBLE_DEVICES must list the GPU's UUID, but is not set: GPU-a");
  }
}
