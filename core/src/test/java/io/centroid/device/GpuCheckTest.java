package io.centroid.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuCheckTest {
  private static final GpuBackend LIBTORCH =
      new GpuBackend("LibTorch 2.10.0 for CUDA 13.1", List.of(75, 80, 90, 100, 120), 580);
  private static final long GIB = 1L << 30;

  @TempDir private Path folder;

  private GpuReport report(@Nullable String variable, String query, String... assigned)
      throws IOException {
    return GpuReport.of(
        "executor 3 on node7",
        FakeNvidiaSmi.answering(folder, query, FakeNvidiaSmi.TWO_LISTED),
        variable,
        null,
        assigned.length == 0 ? Optional.empty() : Optional.of(List.of(assigned)));
  }

  private static List<String> problems(GpuReport report, long neededBytes) {
    return GpuCheck.of(LIBTORCH, report, neededBytes).problems();
  }

  private static GpuReport one(int capability, String driver) {
    Gpu gpu = new Gpu("0", "GPU-1", "NVIDIA Model", capability, 8 * GIB, 8 * GIB, driver);
    return new GpuReport("this process", List.of(gpu), "");
  }

  @Test
  void freeDevicesAreUsable() throws IOException {
    GpuReport report = report(null, FakeNvidiaSmi.TWO_H100);
    GpuCheck check = GpuCheck.of(LIBTORCH, report, 0);
    assertThat(check.problems()).isEmpty();
    assertThat(check.usable()).isEqualTo(report.gpus()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "75, true",
    "80, true",
    "86, true",
    "89, true",
    "90, true",
    "103, true",
    "121, true",
    "70, false",
    "74, false",
    "61, false",
    "110, false",
    "130, false"
  })
  void codeRunsOnLaterMinorVersionsOfItsMajorVersion(int capability, boolean runs) {
    assertThat(problems(one(capability, "580.65.06"), 0).isEmpty()).isEqualTo(runs);
  }

  @Test
  void aGenerationWithoutCodeIsNamed() {
    assertThat(problems(one(70, "580.65.06"), 0))
        .containsExactly(
            "this process: GPU 0: NVIDIA Model has compute capability 7.0; LibTorch 2.10.0 for CUDA"
                + " 13.1 has code for 7.5, 8.0, 9.0, 10.0, 12.0");
  }

  @Test
  void anOldDriverIsNamed() {
    assertThat(problems(one(90, "570.172.08"), 0))
        .containsExactly(
            "this process: GPU 0: LibTorch 2.10.0 for CUDA 13.1 needs the NVIDIA driver 580 or"
                + " later, found 570.172.08");
    assertThat(problems(one(90, "580.1"), 0)).isEmpty();
  }

  @Test
  void tooLittleFreeMemoryNamesTheSettings() throws IOException {
    GpuCheck check = GpuCheck.of(LIBTORCH, report(null, FakeNvidiaSmi.TWO_H100), 2 * GIB);
    assertThat(check.problems())
        .containsExactly(
            "executor 3 on node7: GPU 1: NVIDIA H100 80GB HBM3 has 1.0 GiB of 79.6 GiB memory free,"
                + " a task needs about 2.0 GiB: end other processes on it, lower train.batch-size,"
                + " train.micro-batch or data.block, or set compute.activation-checkpointing ="
                + " true");
    assertThat(check.usable()).extracting(Gpu::address).containsExactly("0");
  }

  @Test
  void onlyAssignedDevicesAreChecked() throws IOException {
    assertThat(problems(report(null, FakeNvidiaSmi.TWO_H100, "0"), 2 * GIB)).isEmpty();
    assertThat(problems(report("0", FakeNvidiaSmi.TWO_H100, "1"), 0))
        .containsExactly(
            "executor 3 on node7: no GPU can be used: the GPU that the cluster manager assigned:"
                + " expected one of the devices 0, found \"1\"");
  }

  @Test
  void hiddenDevicesAreNamed() throws IOException {
    assertThat(problems(report("-1", FakeNvidiaSmi.TWO_H100), 0))
        .containsExactly(
            "executor 3 on node7: no GPU can be used: CUDA_VISIBLE_DEVICES=-1 hides all 2 GPUs of"
                + " this process");
  }

  @Test
  void noDevicesAreNamed() throws IOException {
    NvidiaSmi smi = FakeNvidiaSmi.running(folder, "echo No devices were found");
    GpuReport report = GpuReport.of("this process", smi, null, null, Optional.empty());
    assertThat(problems(report, 0))
        .containsExactly(
            "this process: no GPU can be used: " + smi.program() + " found no devices");
  }

  @Test
  void aMissingNvidiaSmiIsNamed() {
    NvidiaSmi smi = new NvidiaSmi(folder.resolve("none").toString(), Duration.ofSeconds(1));
    assertThat(problems(GpuReport.of("this process", smi, null, null, Optional.empty()), 0))
        .singleElement()
        .asString()
        .startsWith("this process: no GPU can be used: " + smi.program() + " cannot be run");
  }

  @Test
  void differentGpusNeedTheOrderOfTheBus() throws IOException {
    String mixed =
        FakeNvidiaSmi.TWO_H100.replaceFirst("NVIDIA H100 80GB HBM3, 9.0", "NVIDIA T4, 7.5");
    assertThat(problems(report(null, mixed), 0))
        .containsExactly(
            "executor 3 on node7: no GPU can be used: CUDA_DEVICE_ORDER must be PCI_BUS_ID, so that"
                + " CUDA numbers different GPUs as nvidia-smi does: not set");
    GpuReport ordered =
        GpuReport.of(
            "this process",
            FakeNvidiaSmi.answering(folder, mixed, FakeNvidiaSmi.TWO_LISTED),
            null,
            "PCI_BUS_ID",
            Optional.empty());
    assertThat(problems(ordered, 0)).isEmpty();
  }
}
