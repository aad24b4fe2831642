package io.centroid.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.device.Device;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.kernels.FloatVector;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParityCheckTest {

  @Test
  void theEngineOnTheCpuPasses() {
    List<ParityCheck.Outcome> outcomes = new ParityCheck(Device.CPU).run();
    assertThat(outcomes).hasSize(5).allMatch(ParityCheck.Outcome::passed);
    assertThat(outcomes).extracting(ParityCheck.Outcome::limit).containsOnly(1e-4, 0.0);
  }

  @Test
  void aDifferenceIsRelativeToTheTensor() {
    Entry entry =
        new CpuEngine()
            .layout(new MnistTraining(false, 1, 1).network(Device.Kind.CPU))
            .entries()
            .get(0);
    int size = Math.toIntExact(entry.offset() + entry.size());
    try (FloatVector expected = FloatVector.allocate(size);
        FloatVector tested = FloatVector.allocate(size)) {
      assertThat(ParityCheck.difference(entry, tested, expected)).isNaN();
      expected.write(entry.offset(), new float[] {3, 4}, 2);
      tested.write(entry.offset(), new float[] {3, 4.5f}, 2);
      assertThat(ParityCheck.difference(entry, tested, expected)).isCloseTo(0.1, within(1e-12));
      tested.write(entry.offset(), new float[] {Float.NaN}, 1);
      assertThat(ParityCheck.difference(entry, tested, expected)).isNaN();
    }
    assertThat(new ParityCheck.Outcome("", Double.NaN, 1).passed()).isFalse();
    assertThat(new ParityCheck.Outcome("", 2e-4, 1e-4).passed()).isFalse();
  }

  @Test
  void bitsAreCompared() {
    float[] first = {1, 0, 2, Float.NaN};
    assertThat(ParityCheck.different(first, new float[] {1, -0f, 2.0000002f, Float.NaN}))
        .isEqualTo(3);
    assertThat(ParityCheck.different(new float[] {1, 2}, new float[] {1, 2})).isZero();
  }
}
