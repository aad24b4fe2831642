package io.centroid.bench.gpt2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Turns and ratios, by contestants whose times are known. */
class Gpt2DuelTest {
  private static final List<Gpt2Case> CASES = Gpt2Case.of(new Gpt2Shape(1, 2, 8, 16, 11), 3, 5, 1);

  private final List<String> ran = new ArrayList<>();
  private final List<String> said = new ArrayList<>();

  @Test
  void theyTakeTurnsAndEveryOtherPairGoesTheOtherWay() {
    duel(1, 3, contestant("ours", Map.of("step", 1.0)), contestant("theirs", Map.of("step", 1.0)));
    assertThat(ran)
        .containsExactly("ours", "theirs", "theirs", "ours", "ours", "theirs", "theirs", "ours");
    assertThat(said)
        .hasSize(8)
        .startsWith(
            CASES.get(0).name() + ": centroid, step 1.00 ms",
            CASES.get(0).name() + ": other, step 1.00 ms");
  }

  @Test
  void ratiosAreTurnByTurnAndWarmUpsDoNotCount() {
    Gpt2Duel.Result result =
        duel(2, 3, turns("step", 900, 900, 2, 30, 4), turns("step", 1, 1, 1, 10, 8)).get(0);
    assertThat(result.part()).isEqualTo("step");
    assertThat(result.ours()).containsExactly(2.0, 30.0, 4.0);
    assertThat(result.theirs()).containsExactly(1.0, 10.0, 8.0);
    // 2, 3 and 0.5: what slows one turn slows both.
    assertThat(result.ratio().orElseThrow().median()).isEqualTo(2);
    assertThat(result.ratio().orElseThrow().low()).isEqualTo(1.25);
    assertThat(result.ratio().orElseThrow().high()).isEqualTo(2.5);
  }

  @Test
  void guessedTokensAreHeldAgainstTheOthersTokens() {
    List<Gpt2Duel.Result> results =
        duel(
            0,
            1,
            contestant("ours", new TreeMap<>(Map.of("looked-up", 2.0, "token", 6.0))),
            contestant("theirs", new TreeMap<>(Map.of("prefill", 9.0, "token", 4.0))));
    assertThat(results).extracting(Gpt2Duel.Result::part).containsExactly("looked-up", "token");
    assertThat(results.get(0).ratio().orElseThrow().median()).isEqualTo(0.5);
    assertThat(results.get(1).ratio().orElseThrow().median()).isEqualTo(1.5);
  }

  @Test
  void aloneThereIsNoRatio() {
    List<Gpt2Duel.Result> results =
        new Gpt2Duel(1, 2, said::add).run(CASES, turns("step", 1, 2, 3, 4, 5, 6), null);
    assertThat(results).extracting(Gpt2Duel.Result::what).isEqualTo(CASES);
    assertThat(results.get(1).ours()).containsExactly(5.0, 6.0);
    assertThat(results.get(1).theirs()).isEmpty();
    assertThat(results.get(1).ratio()).isEmpty();
    assertThat(said).hasSize(6);
  }

  @Test
  void aShapesTextsFillItsPositions() {
    Gpt2Case step = CASES.get(0);
    Gpt2Case decoding = CASES.get(1);
    assertThat(step.name()).isEqualTo("step, 1x8 of 16, vocabulary 11");
    assertThat(step.block()).isEqualTo(16);
    assertThat(step.batch()).isEqualTo(3);
    assertThat(step.count()).isEqualTo(5);
    assertThat(decoding.block() + decoding.count()).isEqualTo(16);
  }

  private List<Gpt2Duel.Result> duel(
      int warmUps, int turns, Gpt2Contestant ours, Gpt2Contestant theirs) {
    return new Gpt2Duel(warmUps, turns, said::add).run(CASES.subList(0, 1), ours, theirs);
  }

  private Gpt2Contestant turns(String part, double... millis) {
    List<Double> left = new ArrayList<>();
    for (double turn : millis) {
      left.add(turn);
    }
    return new Played(what -> Map.of(part, left.remove(0)));
  }

  private Gpt2Contestant contestant(String name, Map<String, Double> millis) {
    return new Played(
        what -> {
          ran.add(name);
          return millis;
        });
  }

  private record Played(java.util.function.Function<Gpt2Case, Map<String, Double>> turn)
      implements Gpt2Contestant {
    @Override
    public Map<String, Double> run(Gpt2Case what) {
      return turn.apply(what);
    }

    @Override
    public void close() {}
  }
}
