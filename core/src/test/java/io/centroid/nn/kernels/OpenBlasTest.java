package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OpenBlasTest {
  /** OpenBLAS has kernels of their own for these CPUs. */
  @Test
  void cpusWithOtherKernelsAreDistinguished() {
    assertThat(instructions("GenuineIntel", "fpu avx avx2 avx512f"))
        .isEqualTo("avx512f GenuineIntel");
    assertThat(instructions("GenuineIntel", "fpu avx avx2 avx512f avx512_bf16"))
        .isEqualTo("avx512_bf16 GenuineIntel");
    assertThat(instructions("GenuineIntel", "avx avx2 avx512f avx512_bf16 amx_bf16"))
        .isEqualTo("amx_bf16 GenuineIntel");
    assertThat(instructions("AuthenticAMD", "fpu avx avx2")).isEqualTo("avx2 AuthenticAMD");
    assertThat(OpenBlas.instructions(List.of("processor : 0"))).isEqualTo("generic");
  }

  private static String instructions(String vendor, String flags) {
    return OpenBlas.instructions(
        List.of("processor\t: 0", "vendor_id\t: " + vendor, "flags\t\t: " + flags));
  }
}
