package io.centroid.bench;

import io.centroid.bench.scaling.RoundCost;
import io.centroid.memory.PeakMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measurement of one run of a configuration, sent between processes as JSON.
 *
 * @param examples number of examples trained on
 * @param nanos duration in nanoseconds
 * @param parameters number of parameters of the network; 0 if unknown
 * @param rounds number of rounds
 * @param steps local steps per round, fewer than H at the end of an epoch
 * @param roundMillis median duration of a round in milliseconds
 * @param partMillis median milliseconds of each part of a round, by name; empty if unknown
 * @param bytesUp median payload per round from workers to driver; null if unknown
 * @param bytesDown median payload per round from driver to workers; null if unknown
 */
public record BenchmarkRun(
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

  /** Creates a run from rounds that were measured one by one. */
  public static BenchmarkRun of(
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
    return new BenchmarkRun(
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

  /** Creates a run that was measured as a whole. */
  public static BenchmarkRun whole(
      long examples, long nanos, long parameters, int rounds, int steps, PeakMemory memory) {
    return new BenchmarkRun(
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

  double throughput() {
    return examples / (nanos / 1e9);
  }
}
