package io.centroid.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.bench.gpt2.Gpt2Shape;
import io.centroid.device.Device;
import io.centroid.error.InputException;
import io.centroid.nn.matrix.Precision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchSearchTest {
  private static final Gpt2Training SMALL =
      new Gpt2Training(new Gpt2Shape(1, 2, 8, 8, 11), Precision.FLOAT32, 1, 1);

  private final List<Integer> tried = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "2, 2", "3, 2", "63, 32", "64, 64"})
  void doublesTheBatchUntilTheMemoryIsExhausted(int room, int largest) {
    assertThat(new BatchSearch(4096).largest(batch -> step(batch, room))).isEqualTo(largest);
    assertThat(tried).endsWith(Math.max(1, 2 * largest));
  }

  @Test
  void stopsAtTheLimit() {
    assertThat(new BatchSearch(8).largest(batch -> step(batch, 1000))).isEqualTo(8);
    assertThat(tried).containsExactly(1, 2, 4, 8);
  }

  private void step(int batch, int room) throws NotMeasuredException {
    tried.add(batch);
    if (batch > room) {
      throw new NotMeasuredException("out of memory");
    }
  }

  @Test
  void aProcessOfItsOwnSearches() {
    assertThat(BatchSearchProcess.largest(SMALL, Device.CPU, 4)).isEqualTo(4);
    assertThatThrownBy(() -> BatchSearchProcess.largest(SMALL, Device.cuda("99"), 4))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cuda:99");
  }

  @Test
  void onlyTheDevicesMemoryIsALimit() {
    assertThat(NotMeasuredException.of(new OutOfMemoryError("device: CUDA out of memory.")))
        .hasMessage("out of memory");
    assertThatThrownBy(() -> NotMeasuredException.of(new OutOfMemoryError("Java heap space")))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessage("Java heap space");
  }
}
