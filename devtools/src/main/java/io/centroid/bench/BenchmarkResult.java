package io.centroid.bench;

import io.centroid.memory.PeakMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measured runs of one configuration in order, without warm-up runs. */
public record BenchmarkResult(BenchmarkConfiguration configuration, List<BenchmarkRun> runs) {

  public BenchmarkResult {
    runs = List.copyOf(runs);
  }

  /** Examples per second of each run. */
  public List<Double> throughputs() {
    return runs.stream().map(BenchmarkRun::throughput).toList();
  }

  public Spread throughput() {
    return Spread.of(throughputs());
  }

  public double roundMillis() {
    return Spread.of(runs.stream().map(BenchmarkRun::roundMillis).toList()).median();
  }

  /** Median milliseconds of each part of a round, in the system's order. */
  public Map<String, Double> partMillis() {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (BenchmarkRun run : runs) {
      run.partMillis()
          .forEach((name, part) -> values.computeIfAbsent(name, n -> new ArrayList<>()).add(part));
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    values.forEach((name, parts) -> medians.put(name, Spread.of(parts).median()));
    return medians;
  }

  public PeakMemory memory() {
    return runs.stream().map(BenchmarkRun::memory).reduce(PeakMemory.UNKNOWN, PeakMemory::or);
  }

  public long parameters() {
    return runs.get(0).parameters();
  }

  public int steps() {
    return runs.stream().mapToInt(BenchmarkRun::steps).max().orElse(0);
  }

  public @Nullable Long bytesUp() {
    return runs.get(0).bytesUp();
  }

  public @Nullable Long bytesDown() {
    return runs.get(0).bytesDown();
  }
}
