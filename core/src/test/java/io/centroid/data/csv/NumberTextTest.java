package io.centroid.data.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NumberTextTest {

  @Test
  void agreesWithTheLibraryOnNumbersOfAllSizes() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 200_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(NumberText.parse(Double.toString(value))).isEqualTo(value);
      }
      String decimal = random.nextInt(-100000, 100000) + "." + random.nextInt(100000);
      assertThat(NumberText.parse(decimal)).isEqualTo(Double.parseDouble(decimal));
    }
  }

  @Test
  void agreesWithTheLibraryAtEdgeCases() {
    for (String text :
        List.of(
            "0",
            "-0",
            "5.",
            ".5",
            "9007199254740993",
            "123456789012345678901234567890",
            "0.000000000000000000000000000001",
            "00000000000000000000000000001.5",
            "1e-400",
            "1e400",
            "1e99999999999",
            "4.9e-324",
            "1e22",
            "1e23")) {
      assertThat(NumberText.parse(text)).as(text).isEqualTo(Double.parseDouble(text));
    }
  }

  @Test
  void rejectsOtherNotations() {
    for (String text :
        List.of(
            "",
            ".",
            "+",
            "-",
            "1e",
            "e1",
            "1.2.3",
            "--1",
            "1d",
            "5f",
            "NaN",
            "-Infinity",
            "0x1p3",
            " 1",
            "\u0661")) {
      assertThat(NumberText.parse(text)).as(text).isNaN();
    }
  }
}
