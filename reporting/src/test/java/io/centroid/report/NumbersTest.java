package io.centroid.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void numbersHaveFourSignificantDigits() {
    assertThat(Numbers.text(0.052871)).isEqualTo("0.05287");
    assertThat(Numbers.text(153934.4)).isEqualTo("153,934");
    assertThat(Numbers.text(2.0)).isEqualTo("2");
    assertThat(Numbers.text(0.00001234)).isEqualTo("1.234e-05");
    assertThat(Numbers.text(Double.NaN)).isEqualTo("–");
    assertThat(Numbers.text(Double.MAX_VALUE)).isEqualTo("1.798e+308");
  }

  @Test
  void unitsAreReadable() {
    assertThat(Numbers.bytes(1023)).isEqualTo("1,023 B");
    assertThat(Numbers.bytes(1536)).isEqualTo("1.50 KiB");
    assertThat(Numbers.bytes(Math.scalb(40.5, 30))).isEqualTo("40.5 GiB");
    assertThat(Numbers.duration(0.0123)).isEqualTo("12.3 ms");
    assertThat(Numbers.duration(72)).isEqualTo("72.0 s");
    assertThat(Numbers.duration(125)).isEqualTo("2 min 5 s");
    assertThat(Numbers.duration(4320)).isEqualTo("1 h 12 min");
    assertThat(Numbers.metric("accuracy", 0.97631)).isEqualTo("97.63 %");
    assertThat(Numbers.metric("perplexity", 10.411)).isEqualTo("10.41");
  }
}
