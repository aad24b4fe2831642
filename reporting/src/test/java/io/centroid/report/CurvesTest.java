package io.centroid.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.report.Curves.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CurvesTest {
  private final Curves curves = new Curves();

  @Test
  void aShortRunKeepsEveryRow() {
    curves.add(new Place(10, 100, 1.5), Map.of("loss", 0.123456789));
    curves.add(new Place(20, 200, 3), Map.of("loss", 2.0, "norm", 1e-9));
    assertThat(curves.points())
        .hasToString(
            "{\"x\":{\"step\":[10,20],\"examples\":[100,200],\"seconds\":[1.5,3]},"
                + "\"y\":{\"loss\":[0.12345679,2],\"norm\":[null,1.0E-9]}}");
    assertThat(curves.rowsPerBucket()).isEqualTo(1);
  }

  /** Rows 1 to 1,000,000 with the value 0, a peak of 7 and, in another row, a dip of -5. */
  @Test
  void aLongRunKeepsItsExtremesInAFewPoints() {
    for (long row = 1; row <= 1_000_000; row++) {
      double value = row == 700_001 ? 7 : row == 700_002 ? -5 : 0;
      curves.add(new Place(row, 2 * row, row / 10.0), Map.of("loss", value));
    }
    JsonNode points = curves.points();
    List<Double> steps = numbers(points.at("/x/step"));
    List<Double> losses = numbers(points.at("/y/loss"));
    assertThat(steps).hasSizeBetween(1000, 2000).hasSameSizeAs(losses).isSorted();
    assertThat(steps.get(0)).isEqualTo(1);
    assertThat(steps.get(steps.size() - 1)).isEqualTo(1_000_000);
    int peak = losses.indexOf(7.0);
    assertThat(losses.get(peak + 1)).as("the dip follows the peak").isEqualTo(-5);
    assertThat(steps.get(peak)).isBetween(699_000.0, 700_001.0);
    assertThat(losses).filteredOn(loss -> loss != 0).containsExactly(7.0, -5.0);
    assertThat(curves.rowsPerBucket()).isEqualTo(1024);
  }

  @Test
  void meansAreThoseOfTheBucketsRows() {
    for (long row = 1; row <= 2 * Curves.MOST_BUCKETS; row++) {
      curves.add(new Place(row, row, row), Map.of("seconds", row % 2 == 0 ? 3.0 : 1.0));
    }
    JsonNode means = curves.means(List.of("seconds", "absent"));
    assertThat(numbers(means.at("/y/seconds"))).hasSize(Curves.MOST_BUCKETS).containsOnly(2.0);
    assertThat(numbers(means.at("/x/step"))).startsWith(2.0, 4.0).endsWith(2000.0);
    assertThat(means.at("/y/absent/0").isNull()).isTrue();
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }
}
