package io.centroid.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakReportTest {
  private static final int SAMPLES = 50;
  private static final long HEAP = 60L << 20;

  @Test
  void constantResourcesAreFlatRegardlessOfTheWarmUp() {
    SoakReport report = report(i -> i < 10 ? HEAP / 4 : HEAP + (i % 3 << 20), i -> 40 + i % 2);
    assertThat(report.resources()).allMatch(SoakReport.Resource::isFlat);
    assertThat(report.passed()).isTrue();
    assertThat(report.toText()).contains("5,000 rounds in 500 s").doesNotContain("GROWS");
  }

  @Test
  void detectsALeakOfAQuarterMegabytePerSample() {
    SoakReport report = report(i -> HEAP + i * (1L << 18), i -> 40);
    assertThat(report.resources())
        .filteredOn(resource -> !resource.isFlat())
        .extracting(SoakReport.Resource::name)
        .containsExactly("heap, MB");
    assertThat(report.toJson().path("passed").asBoolean()).isFalse();
    // From the 15th to the 45th of the 50 samples.
    assertThat(report.resources().get(0).late() - report.resources().get(0).early()).isEqualTo(7.5);
  }

  @Test
  void detectsALeakOfOneThreadPerFiveSamples() {
    SoakReport report = report(i -> HEAP, i -> 40 + i / 5);
    assertThat(report.resources())
        .filteredOn(resource -> !resource.isFlat())
        .extracting(SoakReport.Resource::name)
        .containsExactly("threads");
  }

  @Test
  void rejectsTooFewSamples() {
    List<SoakSample> few = report(i -> HEAP, i -> 40).samples().subList(0, 9);
    assertThatThrownBy(() -> new SoakReport(few)).hasMessage("expected 10 samples or more: 9");
  }

  private interface OfSample<T> {
    T at(int index);
  }

  private static SoakReport report(OfSample<Long> heap, OfSample<Integer> threads) {
    return new SoakReport(
        IntStream.range(0, SAMPLES)
            .mapToObj(
                i ->
                    new SoakSample(
                        10.0 * (i + 1),
                        100L * (i + 1),
                        heap.at(i),
                        5 << 20,
                        500L << 20,
                        threads.at(i),
                        90,
                        4,
                        8))
            .toList());
  }
}
