package io.centroid.bench.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.bench.BenchSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void startsWithOneRoundAndThenFillsTheRequestedTime() {
    Pace pace = new Pace(settings(2, 0), 1_000);
    assertThat(pace.rounds()).isEqualTo(1);
    pace.took(1, 100_000_000);
    assertThat(pace.rounds()).isEqualTo(20);
    pace.took(20, 1_000_000_000);
    assertThat(pace.rounds()).isEqualTo(40);
  }

  @Test
  void aRunHasAtLeastOneRound() {
    Pace pace = new Pace(settings(1, 0), 1_000);
    pace.took(1, 5_000_000_000L);
    assertThat(pace.rounds()).isEqualTo(1);
  }

  @Test
  void aRunIsLimitedByTheData() {
    Pace pace = new Pace(settings(1, 0), 3);
    pace.took(1, 1_000);
    assertThat(pace.rounds()).isEqualTo(3);
  }

  @Test
  void aFixedNumberOfRoundsTakesPrecedence() {
    Pace pace = new Pace(settings(1, 7), 3);
    pace.took(7, 1_000);
    assertThat(pace.rounds()).isEqualTo(7);
  }

  private static BenchSettings settings(double seconds, int rounds) {
    return new BenchSettings("", 100, 10, 0.01, 2, seconds, rounds, List.of());
  }
}
