package io.centroid.bench.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Runs the systems in turn with each case. Every other pass is in reverse order. A system that
 * cannot run a case is left out of its further runs.
 *
 * @param warmUps number of warm-up runs per system, which are not measured
 * @param runs number of measured runs per system
 * @param progress receives one line per run
 */
public record AlternatingGpuRuns(int warmUps, int runs, Consumer<String> progress) {

  /** Runs all cases; the results of a case are in the order of the systems. */
  public List<GpuResult> run(List<? extends GpuCase> cases, List<? extends GpuSystem> systems) {
    List<GpuResult> results = new ArrayList<>();
    cases.forEach(what -> results.addAll(run(what, systems)));
    return results;
  }

  private List<GpuResult> run(GpuCase what, List<? extends GpuSystem> systems) {
    List<Measured> all = systems.stream().map(Measured::new).toList();
    for (int run = 0; run < warmUps + runs; run++) {
      for (int place = 0; place < all.size(); place++) {
        Measured each = all.get(run % 2 == 0 ? place : all.size() - 1 - place);
        if (each.missing.isEmpty()) {
          each.run(what, run >= warmUps);
          progress.accept(what.name() + ": " + each.line());
        }
      }
    }
    return IntStream.range(0, all.size())
        .mapToObj(i -> all.get(i).result(what, systems.get(i).name()))
        .toList();
  }

  /** Runs of one system so far. */
  private static final class Measured {
    private final GpuSystem system;
    private final List<Double> millis = new ArrayList<>();
    private double last;
    private String missing = "";

    Measured(GpuSystem system) {
      this.system = system;
    }

    void run(GpuCase what, boolean counts) {
      try {
        last = system.run(what);
        if (counts) {
          millis.add(last);
        }
      } catch (NotMeasuredException e) {
        missing = String.valueOf(e.getMessage());
        millis.clear();
      }
    }

    String line() {
      return missing.isEmpty()
          ? String.format(Locale.ROOT, "%s, step %.2f ms", system.name(), last)
          : system.name() + ", not measured: " + missing;
    }

    GpuResult result(GpuCase what, String name) {
      return new GpuResult(what, name, millis, missing);
    }
  }
}
