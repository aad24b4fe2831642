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
 * Benchmarks Centroid and another system in alternating runs of each case. Every other pair of runs
 * is in reverse order.
 *
 * @param warmUps number of warm-up runs per system, which are not measured
 * @param runs number of measured runs per system
 * @param progress receives one line per run
 */
public record AlternatingGpt2Runs(int warmUps, int runs, Consumer<String> progress) {

  /**
   * Result of one part of a case.
   *
   * @param part {@code step}, {@code prefill}, {@code token}, or {@code prompt-lookup}: a token
   *     with prompt lookup decoding, compared with a plain token of the other system; {@code
   *     step-bfloat16}, {@code token-bfloat16} and {@code token-int8} are compared with floats;
   *     {@code step-torch} and {@code step-torch-bfloat16} are the engine torch's
   * @param ours Centroid's milliseconds, run by run
   * @param theirs milliseconds of the other system, run by run; empty if Centroid ran alone
   */
  public record Result(Gpt2Case what, String part, List<Double> ours, List<Double> theirs) {
    public Result {
      ours = List.copyOf(ours);
      theirs = List.copyOf(theirs);
    }

    /** Centroid's time divided by the other system's, run by run; empty if Centroid ran alone. */
    public Optional<Spread> ratio() {
      return theirs.isEmpty() ? Optional.empty() : Optional.of(Spread.ofRatios(ours, theirs));
    }
  }

  /** Runs all cases. */
  public List<Result> run(List<Gpt2Case> cases, Gpt2System centroid, @Nullable Gpt2System other) {
    List<Result> results = new ArrayList<>();
    for (Gpt2Case what : cases) {
      Map<String, List<Double>> ours = new LinkedHashMap<>();
      Map<String, List<Double>> theirs = new LinkedHashMap<>();
      for (int run = 0; run < warmUps + runs; run++) {
        boolean measured = run >= warmUps;
        boolean otherFirst = run % 2 == 1;
        if (otherFirst && other != null) {
          measure("other", what, other, measured ? theirs : new LinkedHashMap<>());
        }
        measure("centroid", what, centroid, measured ? ours : new LinkedHashMap<>());
        if (!otherFirst && other != null) {
          measure("other", what, other, measured ? theirs : new LinkedHashMap<>());
        }
      }
      ours.forEach(
          (part, millis) ->
              results.add(
                  new Result(
                      what, part, millis, theirs.getOrDefault(comparable(part), List.of()))));
    }
    return results;
  }

  /** Returns the part of the other system to compare with. */
  private static String comparable(String part) {
    return part.equals("prompt-lookup")
        ? "token"
        : part.replaceFirst("(-torch)?(-bfloat16|-int8)?$", "");
  }

  private void measure(
      String who, Gpt2Case what, Gpt2System system, Map<String, List<Double>> into) {
    Map<String, Double> millis = system.run(what);
    millis.forEach(
        (part, value) -> into.computeIfAbsent(part, key -> new ArrayList<>()).add(value));
    StringBuilder line = new StringBuilder(what.name() + ": " + who);
    millis.forEach(
        (part, value) -> line.append(String.format(Locale.ROOT, ", %s %.2f ms", part, value)));
    progress.accept(line.toString());
  }
}
