package io.centroid.bench.gpt2;

import io.centroid.bench.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Centroid and another system take turns at each case; every other pair in the opposite order.
 *
 * @param warmUps turns of each that do not count
 * @param turns turns of each that count
 * @param progress hears one line a turn
 */
public record Gpt2Duel(int warmUps, int turns, Consumer<String> progress) {

  /**
   * What a case came to.
   *
   * @param part {@code step}, {@code prefill}, {@code token}, or {@code looked-up}: a token where
   *     some are guessed from the text, which the other has one by one too
   * @param ours Centroid's milliseconds, turn by turn
   * @param theirs the other's; empty if Centroid ran alone
   */
  public record Result(Gpt2Case what, String part, List<Double> ours, List<Double> theirs) {
    public Result {
      ours = List.copyOf(ours);
      theirs = List.copyOf(theirs);
    }

    /** Centroid's time over the other's, turn by turn; empty if Centroid ran alone. */
    public Optional<Spread> ratio() {
      return theirs.isEmpty() ? Optional.empty() : Optional.of(Spread.ofRatios(ours, theirs));
    }
  }

  /** Runs all cases. */
  public List<Result> run(
      List<Gpt2Case> cases, Gpt2Contestant centroid, @Nullable Gpt2Contestant other) {
    List<Result> results = new ArrayList<>();
    for (Gpt2Case what : cases) {
      Map<String, List<Double>> ours = new LinkedHashMap<>();
      Map<String, List<Double>> theirs = new LinkedHashMap<>();
      for (int turn = 0; turn < warmUps + turns; turn++) {
        boolean counts = turn >= warmUps;
        boolean otherFirst = turn % 2 == 1;
        if (otherFirst && other != null) {
          take("other", what, other, counts ? theirs : new LinkedHashMap<>());
        }
        take("centroid", what, centroid, counts ? ours : new LinkedHashMap<>());
        if (!otherFirst && other != null) {
          take("other", what, other, counts ? theirs : new LinkedHashMap<>());
        }
      }
      ours.forEach(
          (part, millis) ->
              results.add(
                  new Result(what, part, millis, theirs.getOrDefault(same(part), List.of()))));
    }
    return results;
  }

  /** The other's part that one of ours is held against. */
  private static String same(String part) {
    return part.equals("looked-up") ? "token" : part;
  }

  private void take(
      String who, Gpt2Case what, Gpt2Contestant contestant, Map<String, List<Double>> into) {
    Map<String, Double> millis = contestant.run(what);
    millis.forEach(
        (part, value) -> into.computeIfAbsent(part, key -> new ArrayList<>()).add(value));
    StringBuilder line = new StringBuilder(what.name() + ": " + who);
    millis.forEach(
        (part, value) -> line.append(String.format(Locale.ROOT, ", %s %.2f ms", part, value)));
    progress.accept(line.toString());
  }
}
