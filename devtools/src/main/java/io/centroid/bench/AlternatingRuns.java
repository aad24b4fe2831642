package io.centroid.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Benchmarks configurations in alternating runs: first warm-up runs, then measured runs. Every
 * other pass over the configurations is in reverse order, so that neither temporary load nor the
 * order favors one configuration.
 *
 * @param warmUps number of warm-up runs per configuration, which are not measured
 * @param runs number of measured runs per configuration
 * @param progress receives one line per run
 */
public record AlternatingRuns(int warmUps, int runs, Consumer<String> progress) {
  /**
   * Executes all runs. The results are in the order of the configurations.
   *
   * @param runners maps a system to its runner
   */
  public List<BenchmarkResult> run(
      List<BenchmarkConfiguration> configurations,
      Function<BenchmarkSystem, BenchmarkRunner> runners) {
    List<List<BenchmarkRun>> all =
        configurations.stream()
            .map(configuration -> (List<BenchmarkRun>) new ArrayList<BenchmarkRun>())
            .toList();
    for (int run = 0; run < warmUps + runs; run++) {
      for (int place = 0; place < configurations.size(); place++) {
        int index = run % 2 == 0 ? place : configurations.size() - 1 - place;
        BenchmarkConfiguration configuration = configurations.get(index);
        BenchmarkRun done = runners.apply(configuration.system()).run(configuration);
        progress.accept(line(run, place, configurations.size(), configuration, done));
        if (run >= warmUps) {
          all.get(index).add(done);
        }
      }
    }
    return IntStream.range(0, configurations.size())
        .mapToObj(index -> new BenchmarkResult(configurations.get(index), all.get(index)))
        .toList();
  }

  private String line(
      int run, int place, int places, BenchmarkConfiguration configuration, BenchmarkRun done) {
    return String.format(
        Locale.ROOT,
        "%s, %d of %d: %s: %,.0f examples/s",
        run < warmUps ? "warm-up " + (run + 1) : "run " + (run - warmUps + 1) + " of " + runs,
        place + 1,
        places,
        configuration,
        done.throughput());
  }
}
