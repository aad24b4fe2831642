package io.centroid.averaging;

import io.centroid.nn.ParameterLayout;
import java.io.Serializable;
import java.util.List;

/**
 * Another step for what is trained; running statistics, which no gradient moves, become the
 * workers' mean, and their memory stays 0.
 */
record StatisticsOuterStep(OuterStep trained, List<Range> statistics) implements OuterStep {

  StatisticsOuterStep {
    statistics = List.copyOf(statistics);
  }

  /** Elements of the whole vector, {@code to} excluded. */
  record Range(long from, long to) implements Serializable {}

  /** The step itself if the layout has no statistics. */
  static OuterStep around(OuterStep trained, ParameterLayout layout) {
    List<Range> statistics =
        layout.entries().stream()
            .filter(entry -> entry.role() == ParameterLayout.Role.STATISTIC)
            .map(entry -> new Range(entry.offset(), entry.offset() + entry.size()))
            .toList();
    return statistics.isEmpty() ? trained : new StatisticsOuterStep(trained, statistics);
  }

  @Override
  public List<String> stateNames() {
    return trained.stateNames();
  }

  @Override
  public Moved step(
      long round, long offset, float[] parameters, float[] meanDelta, List<float[]> state) {
    Moved moved = trained.step(round, offset, parameters, meanDelta, state);
    for (Range range : statistics) {
      int to = (int) Math.min(range.to() - offset, parameters.length);
      for (int i = (int) Math.max(range.from() - offset, 0); i < to; i++) {
        moved.parameters()[i] = parameters[i] + meanDelta[i];
        for (float[] memory : moved.state()) {
          memory[i] = 0;
        }
      }
    }
    return moved;
  }
}
