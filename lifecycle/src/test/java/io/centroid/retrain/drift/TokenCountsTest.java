package io.centroid.retrain.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class TokenCountsTest {
  @Test
  void frequentTokensAreComparedOneByOneAndTheRestAsOne() {
    TokenCounts known = counts(5, 5, 1, 1);
    TokenCounts found = counts(8, 2, 2, 0);
    TokenCounts.Drift drift = known.drift(found, 2, 1);
    // Three bins: 5, 5 and 2 of 12 against 8, 2 and 2 of 12.
    double expected = 3.0 / 12 * Math.log(8.0 / 5) - 3.0 / 12 * Math.log(2.0 / 5);
    assertThat(drift.divergence().psi()).isEqualTo(expected, within(1e-12));
    assertThat(drift.worst())
        .singleElement()
        .satisfies(
            worst -> {
              assertThat(worst.token()).isEqualTo(1);
              assertThat(worst.psi()).isEqualTo(-0.25 * Math.log(0.4), within(1e-12));
            });
  }

  @Test
  void theSameCorpusDoesNotDrift() {
    assertThat(counts(3, 2, 1).drift(counts(6, 4, 2), 3, 3).divergence().psi())
        .isEqualTo(0, within(1e-12));
  }

  private static TokenCounts counts(int... ofEach) {
    TokenCounts counts = new TokenCounts(ofEach.length);
    for (int token = 0; token < ofEach.length; token++) {
      int[] tokens = new int[ofEach[token]];
      java.util.Arrays.fill(tokens, token);
      counts.add(tokens, tokens.length);
    }
    return counts;
  }
}
