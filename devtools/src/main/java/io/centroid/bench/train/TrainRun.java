package io.centroid.bench.train;

import java.util.EnumMap;
import java.util.Map;

/**
 * A whole training of one system.
 *
 * @param figures what was measured; PyTorch has no rounds, a regression no accuracy
 */
public record TrainRun(Map<Figure, Double> figures) {

  /** A run with the figures of its process, to which others are added. */
  static TrainRun of(WholeProcess.Use use) {
    return new TrainRun(Map.of(Figure.SECONDS, use.seconds(), Figure.CPU, use.cpuSeconds()))
        .with(Figure.PEAK, use.peakBytes());
  }

  TrainRun with(Figure figure, double value) {
    Map<Figure, Double> more = new EnumMap<>(figures);
    more.put(figure, value);
    return new TrainRun(more);
  }
}
