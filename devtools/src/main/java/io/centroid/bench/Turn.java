package io.centroid.bench;

import io.centroid.bench.scaling.RoundCost;
import io.centroid.memory.PeakMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One contestant's measurement: a stretch of training. Travels between processes as JSON.
 *
 * @param parameters of the network; 0 where the contestant does not say
 * @param steps local steps of a round, which the end of an epoch may cut
 * @param roundMillis median wall time of a round
 * @param partMillis median of each part of it, by name; empty where the contestant shows none
 * @param bytesUp median payload of a round from workers to driver; null if unknown
 * @param bytesDown likewise, from driver to workers
 */
public record Turn(
    long examples,
    long nanos,
    long parameters,
    int rounds,
    int steps,
    double roundMillis,
    Map<String, Double> partMillis,
    @Nullable Long bytesUp,
    @Nullable Long bytesDown,
    PeakMemory memory) {

  /** A turn of which the rounds were measured one by one. */
  public static Turn of(
      long examples, long nanos, long parameters, List<RoundCost> costs, PeakMemory memory) {
    Map<String, List<Double>> parts = new LinkedHashMap<>();
    List<Double> rounds = new ArrayList<>();
    List<Double> up = new ArrayList<>();
    List<Double> down = new ArrayList<>();
    int steps = 0;
    for (RoundCost cost : costs) {
      steps = Math.max(steps, cost.steps());
      rounds.add(cost.nanos() / 1e6);
      up.add((double) cost.bytesUp());
      down.add((double) cost.bytesDown());
      cost.parts()
          .forEach(
              (name, part) ->
                  parts.computeIfAbsent(name, key -> new ArrayList<>()).add(part / 1e6));
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    parts.forEach((name, values) -> medians.put(name, Spread.of(values).median()));
    return new Turn(
        examples,
        nanos,
        parameters,
        costs.size(),
        steps,
        Spread.of(rounds).median(),
        medians,
        (long) Spread.of(up).median(),
        (long) Spread.of(down).median(),
        memory);
  }

  /** A turn that was measured as a whole. */
  public static Turn whole(
      long examples, long nanos, long parameters, int rounds, int steps, PeakMemory memory) {
    return new Turn(
        examples,
        nanos,
        parameters,
        rounds,
        steps,
        nanos / 1e6 / rounds,
        Map.of(),
        null,
        null,
        memory);
  }

  double rate() {
    return examples / (nanos / 1e9);
  }
}
