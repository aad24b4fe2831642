package io.centroid.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  @Test
  void isNamedAsInCpuinfo() {
    assertThat(Processor.name(List.of("processor\t: 0", "model name\t: A: B", "model name\t: C")))
        .isEqualTo("A: B");
    assertThat(Processor.name(List.of("processor\t: 0"))).isEqualTo(System.getProperty("os.arch"));
    assertThat(Processor.name()).isNotBlank();
  }
}
