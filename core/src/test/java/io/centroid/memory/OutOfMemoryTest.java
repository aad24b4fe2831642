package io.centroid.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfMemoryTest {
  @Test
  void namesTheHeapWhereItIsExhausted() {
    assertThat(OutOfMemory.described(new OutOfMemoryError("Java heap space")))
        .matches(
            "out of memory \\(Java heap space, the heap is [0-9,]+ MiB\\): raise"
                + " spark\\.executor\\.memory, or for \\./centroid itself CENTROID_DRIVER_MEMORY");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Map failed",
        "unable to create native thread: possibly out of memory or process/resource limits reached"
      })
  void doesNotNameTheHeapForOtherMemory(String reason) {
    assertThat(OutOfMemory.described(new OutOfMemoryError(reason)))
        .isEqualTo(
            "out of memory outside the heap ("
                + reason
                + "): raise the limits of the process (ulimit -v, ulimit -u, or its container's)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Metaspace", "Compressed class space"})
  void namesTheLimitsOfTheMemoryForClasses(String reason) {
    assertThat(OutOfMemory.described(new OutOfMemoryError(reason)))
        .isEqualTo(
            "out of memory for classes ("
                + reason
                + "): raise -XX:MaxMetaspaceSize or -XX:CompressedClassSpaceSize where they are"
                + " set, or the limits of the process (ulimit -v, or its container's)");
  }
}
