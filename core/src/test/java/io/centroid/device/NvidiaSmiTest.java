package io.centroid.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NvidiaSmiTest {
  private static final String FIRST = "GPU-aaaa0000-0000-0000-0000-000000000000";

  @TempDir private Path folder;

  @Test
  void everyFieldOfAGpuIsRead() throws IOException {
    NvidiaSmi smi =
        FakeNvidiaSmi.answering(folder, FakeNvidiaSmi.TWO_H100, FakeNvidiaSmi.TWO_LISTED);
    assertThat(smi.gpus())
        .hasSize(2)
        .startsWith(
            new Gpu(
                "0", FIRST, "NVIDIA H100 80GB HBM3", 90, 81559L << 20, 80559L << 20, "580.65.06"));
    assertThat(smi.gpus().get(1).address()).isEqualTo("1");
    assertThat(smi.gpus().get(0).driverMajor()).isEqualTo(580);
  }

  @Test
  void instancesStandInPlaceOfTheirGpu() throws IOException {
    String listed =
        """
        GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-aaaa0000-0000-0000-0000-000000000000)
          MIG 1g.10gb     Device  0: (UUID: MIG-11111111-0000-0000-0000-000000000000)
          MIG 3g.40gb     Device  1: (UUID: MIG-22222222-0000-0000-0000-000000000000)
        GPU 1: NVIDIA H100 80GB HBM3 (UUID: GPU-aabb1111-0000-0000-0000-000000000000)
        """;
    NvidiaSmi smi = FakeNvidiaSmi.answering(folder, FakeNvidiaSmi.TWO_H100, listed);
    assertThat(smi.gpus())
        .extracting(Gpu::address)
        .containsExactlyInAnyOrder(
            "MIG-11111111-0000-0000-0000-000000000000",
            "MIG-22222222-0000-0000-0000-000000000000",
            "1");
    assertThat(smi.gpus())
        .filteredOn(gpu -> gpu.address().startsWith("MIG-1"))
        .containsExactly(
            new Gpu(
                "MIG-11111111-0000-0000-0000-000000000000",
                "MIG-11111111-0000-0000-0000-000000000000",
                "NVIDIA H100 80GB HBM3 MIG 1g.10gb",
                90,
                10_000_000_000L,
                10_000_000_000L,
                "580.65.06"));
  }

  @Test
  void noDevicesAreAnEmptyList() throws IOException {
    assertThat(FakeNvidiaSmi.running(folder, "echo No devices were found; exit 6").gpus())
        .isEmpty();
  }

  /** As on systems whose GPU has no memory of its own, and without permissions. */
  @Test
  void memoryThatIsNotReportedIsUnknownAndWarningsAreSkipped() throws IOException {
    NvidiaSmi smi =
        FakeNvidiaSmi.answering(
            folder,
            "0, GPU-aaaa, NVIDIA GB10, 12.1, [N/A], [Insufficient Permissions], 580.65.06\n"
                + "WARNING: infoROM is corrupted at gpu 0000:3B:00.0\n",
            "GPU 0: NVIDIA GB10 (UUID: GPU-aaaa)\n");
    assertThat(smi.gpus())
        .singleElement()
        .satisfies(
            gpu -> {
              assertThat(gpu.totalBytes()).isEqualTo(Gpu.UNKNOWN);
              assertThat(gpu.freeBytes()).isEqualTo(Gpu.UNKNOWN);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0, GPU-aaaa, NVIDIA H100, [N/A], 81559, 80559, 580.65.06",
        "0, GPU-aaaa, NVIDIA H100, 9.0, 81559, 80559",
        "0, aaaa, NVIDIA H100, 9.0, 81559, 80559, 580.65.06",
        "0; GPU-aaaa; NVIDIA H100; 9.0; 81559; 80559; 580.65.06",
      })
  void anUnexpectedLineIsQuoted(String line) throws IOException {
    NvidiaSmi smi = FakeNvidiaSmi.answering(folder, line + "\n", "");
    assertThatThrownBy(smi::gpus)
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "nvidia-smi: expected index, UUID, name, compute capability, memory in MiB and driver,"
                + " found \""
                + line);
  }

  @Test
  void aFailureIsReportedWithItsOutput() throws IOException {
    NvidiaSmi smi =
        FakeNvidiaSmi.running(
            folder, "echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18");
    assertThatThrownBy(smi::gpus)
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "nvidia-smi failed with exit code 18: Failed to initialize NVML: Driver/library version"
                + " mismatch");
  }

  @Test
  void aProgramThatHangsIsEnded() throws IOException {
    String script = FakeNvidiaSmi.running(folder, "exec sleep 60").program();
    assertThatThrownBy(new NvidiaSmi(script, Duration.ofSeconds(1))::gpus)
        .isInstanceOf(InputException.class)
        .hasMessage(script + " did not answer within 1 s; is a GPU lost?");
  }

  @Test
  void aMissingProgramMeansNoDriver() {
    String missing = folder.resolve("nvidia-smi").toString();
    assertThatThrownBy(new NvidiaSmi(missing, Duration.ofSeconds(1))::gpus)
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            missing + " cannot be run, so no NVIDIA driver is installed here: ");
  }
}
