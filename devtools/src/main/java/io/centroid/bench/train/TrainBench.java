package io.centroid.bench.train;

import io.centroid.io.TemporaryFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Benchmarks whole trainings in alternating runs. Every other pass over the systems is in reverse
 * order.
 *
 * @param runs number of runs per system
 * @param progress receives one line per run
 */
public record TrainBench(int runs, Consumer<String> progress) {

  /** Executes all runs. */
  public TrainReport run(List<? extends TrainSystem> systems) throws IOException {
    List<List<TrainRun>> all = new ArrayList<>();
    systems.forEach(system -> all.add(new ArrayList<>()));
    for (int run = 0; run < runs; run++) {
      for (int place = 0; place < systems.size(); place++) {
        int index = run % 2 == 0 ? place : systems.size() - 1 - place;
        TrainSystem system = systems.get(index);
        try (TemporaryFolder folder = TemporaryFolder.create("bench")) {
          TrainRun done = system.run(folder.path());
          all.get(index).add(done);
          progress.accept(
              String.format(
                  Locale.ROOT,
                  "run %d of %d: %s: %.2f s",
                  run + 1,
                  runs,
                  system.label(),
                  done.figures().get(Figure.SECONDS)));
        }
      }
    }
    List<TrainReport.Result> results = new ArrayList<>();
    for (int index = 0; index < systems.size(); index++) {
      results.add(new TrainReport.Result(systems.get(index).label(), all.get(index)));
    }
    return new TrainReport(results);
  }
}
