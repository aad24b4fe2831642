package io.centroid.retrain.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.error.InputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProfileTest {
  @Test
  void missingValuesAreInTheLastBin() {
    float nan = Float.NaN;
    Bins bins = Bins.ofQuantiles(new float[] {nan, 8, 1, 2, nan, 3, 4, 5, 6, 7, nan}, 4);
    assertThat(bins.edges()).containsExactly(2, 4, 6);
    assertThat(bins.of(nan)).isEqualTo(3);
    assertThat(Bins.ofQuantiles(new float[] {nan, nan}, 4).of(nan)).isEqualTo(1);
  }

  @Test
  void quantileBinsHaveEqualCounts() {
    Bins bins = Bins.ofQuantiles(new float[] {8, 1, 2, 3, 4, 5, 6, 7}, 4);
    assertThat(bins.edges()).containsExactly(2, 4, 6);
    assertThat(bins.of(-1)).isZero();
    assertThat(bins.of(2)).isZero();
    assertThat(bins.of(2.5f)).isEqualTo(1);
    assertThat(bins.of(6)).isEqualTo(2);
    assertThat(bins.of(100)).isEqualTo(3);
    assertThat(bins.of(Float.NaN)).isEqualTo(3);
  }

  @Test
  void frequentValueHasItsOwnBin() {
    Bins bins = Bins.ofQuantiles(new float[] {0, 0, 0, 0, 0, 0, 5, 9}, 4);
    assertThat(bins.edges()).containsExactly(0);
    assertThat(bins.count()).isEqualTo(2);
  }

  @Test
  void constantFeatureHasBinsBelowAndAbove() {
    Bins bins = Bins.ofQuantiles(new float[] {3, 3, 3}, 10);
    assertThat(bins.of(2.9f)).isZero();
    assertThat(bins.of(3)).isEqualTo(1);
    assertThat(bins.of(3.1f)).isEqualTo(2);
  }

  /** The second feature shifts from 50:50 to 80:20, the first does not change. */
  @Test
  void reportNamesTheShiftedFeature() {
    Profile known = Profile.of(rows(5), 2, new long[] {5, 5}, new long[] {5, 5});
    Profile found = known.binned(rows(8), new long[] {5, 5, 0}, new long[] {8, 2});
    DriftReport report = DriftReport.of(known, found);
    assertThat(report.worst().get(0).feature()).isEqualTo(1);
    assertThat(report.worst().get(0).divergence().psi()).isEqualTo(0.415888308, within(1e-9));
    assertThat(report.worst().get(1).divergence().psi()).isZero();
    assertThat(report.inputs().psi()).isEqualTo(0.415888308 / 2, within(1e-9));
    assertThat(report.features()).isEqualTo(2);
    assertThat(report.watch()).isEqualTo(1);
    assertThat(report.changed()).isEqualTo(1);
    assertThat(report.targets().psi()).isZero();
    assertThat(report.predictions().psi()).isEqualTo(0.415888308, within(1e-9));
    assertThat(report.statistic()).isEqualTo(0.415888308, within(1e-9));
  }

  @Test
  void profileRoundTrips() {
    Profile known = Profile.of(rows(5), 10, new long[] {5, 5}, new long[] {});
    Profile back = ProfileJson.read("profile.json", ProfileJson.write(known));
    assertThat(DriftReport.of(known, back).statistic()).isZero();
    assertThat(back.features().get(1).bins().edges())
        .containsExactly(known.features().get(1).bins().edges());
    assertThat(back.targets()).containsExactly(5, 5);
    String edited =
        new String(ProfileJson.write(known), StandardCharsets.UTF_8).replace("5, 5", "5, 6");
    assertThatThrownBy(
            () -> ProfileJson.read("profile.json", edited.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("profile.json: was changed after it was written");
  }

  @Test
  void examplesOfDifferentWidthAreRejected() {
    Profile known = Profile.of(rows(5), 2, new long[0], new long[0]);
    assertThatThrownBy(() -> known.binned(List.of(new float[3]), new long[0], new long[0]))
        .isInstanceOf(InputException.class)
        .hasMessage("drift: examples have 3 values, expected 2 as in the champion's profile");
  }

  /** Ten rows: the first feature alternates 0 and 1, the second is 0 in {@code zeros} rows. */
  private static List<float[]> rows(int zeros) {
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(new float[] {i % 2, i < zeros ? 0 : 1});
    }
    return rows;
  }
}
