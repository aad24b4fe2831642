package io.centroid.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlotTest {

  @Test
  void aSineInAscii() {
    assertThat(new Plot(34, 5, false).curve(sine(), 24))
        .containsExactly(
            "    1.000|   ..'''..",
            "         | .'       '.",
            "         |.'          :          .",
            "         |            '.       .'",
            "   -1.000|              ''...''");
  }

  @Test
  void aSineInBraille() {
    assertThat(new Plot(34, 4, true).curve(sine(), 24))
        .containsExactly(
            "    1.000┤  ⢀⠤⠒⠉⠉⠑⠢⢄",
            "         │⢀⠔⠁       ⠑⢄⡀",
            "         │⠁           ⠘⢄       ⢀⠔⠊",
            "   -1.000┤              ⠑⠤⣀⣀⣀⡠⠔⠁");
  }

  @Test
  void aConstantIsInTheMiddle() {
    Curve curve = new Curve();
    for (int x = 0; x <= 10; x++) {
      curve.add(x, 0.5);
    }
    assertThat(new Plot(21, 3, false).curve(curve, 10))
        .containsExactly("         |", "   0.5000|...........", "         |");
  }

  @Test
  void onePointIsADot() {
    Curve curve = new Curve();
    curve.add(5, 3);
    assertThat(new Plot(21, 3, false).curve(curve, 10))
        .containsExactly("         |", "    3.000|     .", "         |");
    assertThat(new Plot(21, 1, true).curve(curve, 10)).containsExactly("    3.000┤     ⠠");
  }

  @Test
  void valuesThatAreNotFiniteAreGaps() {
    Curve curve = new Curve();
    double[] values = {1, 1, 1, Double.NaN, Double.POSITIVE_INFINITY, 2, 2, 2};
    for (int x = 0; x < values.length; x++) {
      curve.add(x, values[x]);
    }
    assertThat(new Plot(18, 2, false).curve(curve, 7))
        .containsExactly("    2.000|     '''", "    1.000|...");
  }

  @Test
  void nothingIsAnEmptyPlot() {
    Curve curve = new Curve();
    curve.add(1, Double.NaN);
    assertThat(new Plot(18, 2, false).curve(curve, 7)).containsExactly("         |", "         |");
    assertThat(new Plot(18, 2, false).curve(new Curve(), 0)).hasSize(2);
  }

  @Test
  void aHugeRangeDoesNotOverflow() {
    Curve curve = new Curve();
    curve.add(0, -Double.MAX_VALUE);
    curve.add(4, 0);
    curve.add(8, Double.MAX_VALUE);
    assertThat(new Plot(19, 3, false).curve(curve, 8))
        .containsExactly("1.80e+308|       .'", "         |    .''", "-1.8e+308|..''");
  }

  @Test
  void numbersAreShort() {
    assertThat(Plot.number(0)).isEqualTo("0");
    assertThat(Plot.number(0.01234567)).isEqualTo("0.0123");
    assertThat(Plot.number(0.00012345)).isEqualTo("1.23e-04");
    assertThat(Plot.number(12.3456)).isEqualTo("12.35");
    assertThat(Plot.number(112_609.4)).isEqualTo("112,609");
    assertThat(Plot.number(1.5e9)).isEqualTo("1.50e+09");
    assertThat(Plot.number(Double.NaN)).isEqualTo("-");
  }

  @Test
  void theAxisEndsAtTheLastStep() {
    assertThat(new Plot(31, 3, false).axis("step", 1335))
        .containsExactly("         +---------------------", "          0          step 1,335");
  }

  private static Curve sine() {
    Curve curve = new Curve();
    for (int x = 0; x <= 24; x++) {
      curve.add(x, Math.sin(2 * Math.PI * x / 24));
    }
    return curve;
  }
}
