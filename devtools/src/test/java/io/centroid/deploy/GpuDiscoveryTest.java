package io.centroid.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.device.FakeNvidiaSmi;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script prints the addresses that Spark's executors get. */
class GpuDiscoveryTest {
  private static final Path SCRIPT = Tool.home().resolve("deploy/gpu/discover-gpus.sh");

  @TempDir private Path folder;

  private Tool.Outcome discover(@Nullable String visible) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", folder + ":" + System.getenv("PATH"));
    if (visible != null) {
      environment.put("CUDA_VISIBLE_DEVICES", visible);
    }
    return Tool.run(environment, SCRIPT.toString());
  }

  private void instances() throws Exception {
    FakeNvidiaSmi.answering(
        folder,
        """
        0, GPU-aaaa0000-00
        1, GPU-aabb0000-00
        """,
        """
        GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-aaaa0000-00)
          MIG 1g.10gb     Device  0: (UUID: MIG-1111-00)
          MIG 1g.10gb     Device  1: (UUID: MIG-2222-00)
        GPU 1: NVIDIA H100 80GB HBM3 (UUID: GPU-aabb0000-00)
        """);
  }

  private static String json(String addresses) {
    return "{\"name\": \"gpu\", \"addresses\": [" + addresses + "]}\n";
  }

  @Test
  void instancesStandInPlaceOfTheirGpu() throws Exception {
    instances();
    assertThat(discover(null))
        .isEqualTo(new Tool.Outcome(0, json("\"MIG-1111-00\", \"MIG-2222-00\", \"1\"")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'';",
        "-1;",
        "1;\"1\"",
        "1,-1,MIG-1111;\"1\"",
        "GPU-aab;\"1\"",
        "GPU-aabb0000-00,MIG-22;\"1\", \"MIG-2222-00\""
      })
  void theVariableOfCudaSelects(String visible, @Nullable String addresses) throws Exception {
    instances();
    assertThat(discover(visible))
        .isEqualTo(new Tool.Outcome(0, json(addresses == null ? "" : addresses)));
  }

  @ParameterizedTest
  @CsvSource({"7", "MIG-", "H100", "0"})
  void anEntryThatNamesNoDeviceIsAnError(String entry) throws Exception {
    instances();
    assertThat(discover("1," + entry))
        .isEqualTo(
            new Tool.Outcome(
                1,
                "discover-gpus.sh: CUDA_VISIBLE_DEVICES=1,"
                    + entry
                    + ": expected an index or UUID of nvidia-smi, found \""
                    + entry
                    + "\"\n"));
  }

  /** What went wrong is for the log of the Worker. */
  @Test
  void aBrokenDriverIsReported() throws Exception {
    FakeNvidiaSmi.running(folder, "echo Driver/library version mismatch; exit 18");
    assertThat(discover(null).output())
        .startsWith("discover-gpus.sh: nvidia-smi failed: Driver/library version mismatch\n");
  }

  @Test
  void withoutDevicesTheListIsEmpty() throws Exception {
    FakeNvidiaSmi.running(folder, "echo No devices were found; exit 6");
    assertThat(discover(null)).isEqualTo(new Tool.Outcome(0, json("")));
  }
}
