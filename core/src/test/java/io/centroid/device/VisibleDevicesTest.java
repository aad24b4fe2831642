package io.centroid.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.centroid.error.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleDevicesTest {
  private static final List<Gpu> MACHINE =
      Stream.of("0", "1", "2").map(index -> gpu(index, "GPU-a" + index + "00-beef")).toList();
  private static final List<Gpu> SPLIT =
      List.of(gpu("MIG-1111", "MIG-1111"), gpu("MIG-2222", "MIG-2222"), MACHINE.get(1));

  private static Gpu gpu(String address, String uuid) {
    return new Gpu(address, uuid, "NVIDIA H100", 90, 1 << 30, 1 << 30, "580.1");
  }

  @Test
  void withoutTheVariableOrdinalsAreIndices() {
    VisibleDevices visible = VisibleDevices.of(null, MACHINE);
    assertThat(visible.gpus()).isEqualTo(MACHINE);
    assertThat(visible.ordinalOf("2")).isEqualTo(2);
    assertThat(visible.ordinalOf("GPU-a100-beef")).isEqualTo(1);
  }

  @Test
  void ordinalsCountTheVisibleDevices() {
    VisibleDevices visible = VisibleDevices.of("2, 0", MACHINE);
    assertThat(visible.ordinalOf("2")).isZero();
    assertThat(visible.ordinalOf("0")).isEqualTo(1);
    assertThat(visible.ordinalOf("GPU-a000")).isEqualTo(1);
  }

  @Test
  void uuidsAndTheirBeginningsSelect() {
    VisibleDevices visible = VisibleDevices.of("GPU-a200,GPU-a000-beef", MACHINE);
    assertThat(visible.ordinalOf("2")).isZero();
    assertThat(visible.ordinalOf("0")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-1", "-1,0"})
  void noneIsVisible(String variable) {
    assertThat(VisibleDevices.of(variable, MACHINE).gpus()).isEmpty();
  }

  @Test
  void aNegativeIndexEndsTheList() {
    assertThat(VisibleDevices.of("1,-1,2", MACHINE).gpus()).containsExactly(MACHINE.get(1));
  }

  @Test
  void aProcessUsesTheFirstOfSeveralInstances() {
    assertThat(VisibleDevices.of("MIG-2222,MIG-1111", SPLIT).gpus()).containsExactly(SPLIT.get(1));
    assertThat(VisibleDevices.of(null, SPLIT).gpus()).containsExactly(SPLIT.get(2));
    assertThat(VisibleDevices.of(null, SPLIT.subList(0, 2)).gpus()).containsExactly(SPLIT.get(0));
    assertThat(VisibleDevices.of("MIG-2222", SPLIT).ordinalOf("MIG-2222")).isZero();
  }

  @Test
  void aDeviceThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> VisibleDevices.of("0,7", MACHINE))
        .isInstanceOf(InputException.class)
        .hasMessage("CUDA_VISIBLE_DEVICES=0,7: expected one of the devices 0, 1, 2, found \"7\"");
    assertThatThrownBy(() -> VisibleDevices.of("GPU-a", MACHINE))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "CUDA_VISIBLE_DEVICES=GPU-a: expected the beginning of one UUID, found \"GPU-a\"");
  }

  /** A second attempt fails for the same reason. */
  @Test
  void aFailureIsNotRemembered() {
    String path = System.getenv("PATH");
    assumeFalse(
        Stream.of(path.split(":")).anyMatch(folder -> Files.exists(Path.of(folder, "nvidia-smi"))),
        "nvidia-smi is on the PATH");
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> VisibleDevices.ordinal("0"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("nvidia-smi");
    }
  }

  @Test
  void anAssignedDeviceThatIsNotVisibleIsAnError() {
    assertThatThrownBy(() -> VisibleDevices.of("2,0", MACHINE).ordinalOf("1"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the GPU that the cluster manager assigned: expected one of the devices 2, 0, found"
                + " \"1\"");
    assertThatThrownBy(() -> VisibleDevices.of("-1", MACHINE).ordinalOf("1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected one of the visible devices (none), found \"1\"");
  }
}
