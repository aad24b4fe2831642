package io.centroid.bench.gpt2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Order and ratios of alternating runs of systems with known times. */
class AlternatingGpt2RunsTest {
  private static final List<Gpt2Case> CASES = Gpt2Case.of(new Gpt2Shape(1, 2, 8, 16, 11), 3, 5, 1);

  private final List<String> ran = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();

  @Test
  void everyOtherPairIsInReverseOrder() {
    benchmark(1, 3, system("ours", Map.of("step", 1.0)), system("theirs", Map.of("step", 1.0)));
    assertThat(ran)
        .containsExactly("ours", "theirs", "theirs", "ours", "ours", "theirs", "theirs", "ours");
    assertThat(progress)
        .hasSize(8)
        .startsWith(
            CASES.get(0).name() + ": centroid, step 1.00 ms",
            CASES.get(0).name() + ": other, step 1.00 ms");
  }

  @Test
  void ratiosAreRunByRunWithoutWarmUps() {
    AlternatingGpt2Runs.Result result =
        benchmark(2, 3, runs("step", 900, 900, 2, 30, 4), runs("step", 1, 1, 1, 10, 8)).get(0);
    assertThat(result.part()).isEqualTo("step");
    assertThat(result.ours()).containsExactly(2.0, 30.0, 4.0);
    assertThat(result.theirs()).containsExactly(1.0, 10.0, 8.0);
    // Ratios 2, 3 and 0.5: load affects both runs of a pair.
    assertThat(result.ratio().orElseThrow().median()).isEqualTo(2);
    assertThat(result.ratio().orElseThrow().low()).isEqualTo(1.25);
    assertThat(result.ratio().orElseThrow().high()).isEqualTo(2.5);
  }

  @Test
  void promptLookupIsComparedWithPlainDecoding() {
    List<AlternatingGpt2Runs.Result> results =
        benchmark(
            0,
            1,
            system("ours", new TreeMap<>(Map.of("prompt-lookup", 2.0, "token", 6.0))),
            system("theirs", new TreeMap<>(Map.of("prefill", 9.0, "token", 4.0))));
    assertThat(results)
        .extracting(AlternatingGpt2Runs.Result::part)
        .containsExactly("prompt-lookup", "token");
    assertThat(results.get(0).ratio().orElseThrow().median()).isEqualTo(0.5);
    assertThat(results.get(1).ratio().orElseThrow().median()).isEqualTo(1.5);
  }

  @Test
  void thereIsNoRatioWithoutAnotherSystem() {
    List<AlternatingGpt2Runs.Result> results =
        new AlternatingGpt2Runs(1, 2, progress::add)
            .run(CASES, runs("step", 1, 2, 3, 4, 5, 6), null);
    assertThat(results).extracting(AlternatingGpt2Runs.Result::what).isEqualTo(CASES);
    assertThat(results.get(1).ours()).containsExactly(5.0, 6.0);
    assertThat(results.get(1).theirs()).isEmpty();
    assertThat(results.get(1).ratio()).isEmpty();
    assertThat(progress).hasSize(6);
  }

  @Test
  void textsFillThePositionsOfTheModel() {
    Gpt2Case step = CASES.get(0);
    Gpt2Case decoding = CASES.get(1);
    assertThat(step.name()).isEqualTo("step, 1x8 of 16, vocabulary 11");
    assertThat(step.block()).isEqualTo(16);
    assertThat(step.batch()).isEqualTo(3);
    assertThat(step.count()).isEqualTo(5);
    assertThat(decoding.block() + decoding.count()).isEqualTo(16);
  }

  private List<AlternatingGpt2Runs.Result> benchmark(
      int warmUps, int runs, Gpt2System ours, Gpt2System theirs) {
    return new AlternatingGpt2Runs(warmUps, runs, progress::add)
        .run(CASES.subList(0, 1), ours, theirs);
  }

  private Gpt2System runs(String part, double... millis) {
    List<Double> left = new ArrayList<>();
    for (double run : millis) {
      left.add(run);
    }
    return new Played(what -> Map.of(part, left.remove(0)));
  }

  private Gpt2System system(String name, Map<String, Double> millis) {
    return new Played(
        what -> {
          ran.add(name);
          return millis;
        });
  }

  private record Played(java.util.function.Function<Gpt2Case, Map<String, Double>> run)
      implements Gpt2System {
    @Override
    public Map<String, Double> run(Gpt2Case what) {
      return run.apply(what);
    }

    @Override
    public void close() {}
  }
}
