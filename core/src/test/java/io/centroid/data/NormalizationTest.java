package io.centroid.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.Normalization.Method;
import java.util.List;
import org.junit.jupiter.api.Test;

class NormalizationTest {
  private static final TargetScaling PRICES = new TargetScaling(200, 50);

  @Test
  void onlyStandardizedFeaturesAreImputed() {
    DataSummary summary = summary(3, 10);
    for (Method method : List.of(Method.NONE, Method.UNIT)) {
      Normalization normalization = Normalization.of(method, summary);
      assertThat(imputed(normalization)).as(method.name()).isNaN();
      assertThat(imputed(normalization.withTargets(PRICES))).as(method.name()).isNaN();
    }
    Normalization standardized = Normalization.of(Method.STANDARDIZE, summary);
    assertThat(imputed(standardized)).isEqualTo(3);
    assertThat(imputed(standardized.withTargets(PRICES))).isEqualTo(3);
  }

  @Test
  void aFeatureOfMeanZeroAndDeviationOneIsImputed() {
    for (double deviation : new double[] {1, 255}) {
      Normalization standardized = Normalization.of(Method.STANDARDIZE, summary(0, deviation));
      assertThat(imputed(standardized)).isZero();
      assertThat(imputed(standardized.withTargets(PRICES))).isZero();
    }
  }

  private static DataSummary summary(double mean, double deviation) {
    double[] sum = {2 * mean};
    double[] squares = {2 * (mean * mean + deviation * deviation)};
    return new DataSummary(
        List.of(
            new ShardSummary(
                InputShape.row(1),
                2,
                0,
                0,
                0,
                Moments.NONE,
                -1,
                ExampleSink.TextCounts.NONE,
                new long[1],
                sum,
                squares,
                "")));
  }

  /** The value in place of a missing one, by both ways to read it. */
  private static float imputed(Normalization normalization) {
    float[] missing = {Float.NaN};
    Examples.Builder rows =
        new Examples.Builder(InputShape.row(1), SourceSchema.FeatureKind.NUMBERS);
    rows.addRow(missing, 0);
    Batch batch = new Batch(InputShape.row(1), 1);
    batch.fill(rows.build(), normalization, 0, 1);
    float value = normalization.imputed(missing)[0];
    if (Float.isNaN(value)) {
      assertThat(batch.inputs()[0]).isNaN();
    } else {
      assertThat(batch.inputs()[0]).isZero();
    }
    return value;
  }
}
