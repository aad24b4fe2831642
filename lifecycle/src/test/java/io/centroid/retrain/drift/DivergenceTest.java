package io.centroid.retrain.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class DivergenceTest {
  /** Expected values: 0.3 ln 1.6 - 0.3 ln 0.4; entropies in bits around (0.65, 0.35). */
  @Test
  void twoBinsMatchClosedForm() {
    Divergence found = Divergence.of(new long[] {50, 50}, new long[] {80, 20});
    assertThat(found.psi()).isEqualTo(0.415888308, within(1e-9));
    assertThat(found.jensenShannon()).isEqualTo(0.073104008, within(1e-9));
  }

  @Test
  void equalSharesHaveNoDivergence() {
    Divergence found = Divergence.of(new long[] {1, 2, 3}, new long[] {100, 200, 300});
    assertThat(found.psi()).isEqualTo(0, within(1e-12));
    assertThat(found.jensenShannon()).isEqualTo(0, within(1e-12));
  }

  @Test
  void disjointDistributionsDivergeByOneBit() {
    Divergence found = Divergence.of(new long[] {10, 0}, new long[] {0, 10});
    assertThat(found.jensenShannon()).isEqualTo(1, within(1e-12));
    // An empty bin counts as half an example of ten: 2 * 0.95 ln 20.
    assertThat(found.psi()).isEqualTo(2 * 0.95 * Math.log(20), within(1e-9));
  }

  @Test
  void jensenShannonIsSymmetric() {
    long[] one = {7, 1, 2};
    long[] other = {1, 5, 4};
    assertThat(Divergence.of(one, other).jensenShannon())
        .isEqualTo(Divergence.of(other, one).jensenShannon(), within(1e-12));
  }

  @Test
  void emptyHistogramHasNoDivergence() {
    assertThat(Divergence.of(new long[] {0, 0}, new long[] {1, 2})).isEqualTo(new Divergence(0, 0));
  }
}
