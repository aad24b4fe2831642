package io.centroid.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void computesMedianAndQuartilesOfUnsortedValues() {
    assertThat(Spread.of(List.of(5.0, 1.0, 4.0, 2.0, 3.0))).isEqualTo(new Spread(2, 3, 4));
    assertThat(Spread.of(List.of(4.0, 1.0))).isEqualTo(new Spread(1.75, 2.5, 3.25));
    assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
  }

  @Test
  void computesRatiosRunByRun() {
    // The machine is half as fast in the second run of both.
    assertThat(Spread.ofRatios(List.of(20.0, 10.0), List.of(10.0, 5.0)))
        .isEqualTo(new Spread(2, 2, 2));
  }

  @Test
  void rejectsMissingMeasurements() {
    assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Spread.ofRatios(List.of(1.0), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
