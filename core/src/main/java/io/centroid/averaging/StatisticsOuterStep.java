package io.centroid.averaging;

import io.centroid.nn.ParameterLayout;
import java.io.Serializable;
import java.util.List;

/**
 * An outer step that sets running statistics, which have no gradient, to the workers' mean and
 * their optimizer state to 0.
 *
 * @param trained step for the trained parameters
 * @param statistics ranges of the running statistics
 */
public record StatisticsOuterStep(OuterStep trained, List<Range> statistics) implements OuterStep {

  public StatisticsOuterStep {
    statistics = List.copyOf(statistics);
  }

  /** Elements of the vector from {@code from}, inclusive, to {@code to}, exclusive. */
  public record Range(long from, long to) implements Serializable {}

  /** Wraps a step; returns the step itself if the layout has no running statistics. */
  public static OuterStep around(OuterStep trained, ParameterLayout layout) {
    List<Range> statistics =
        layout.entries().stream()
            .filter(entry -> entry.role() == ParameterLayout.Role.STATISTIC)
            .map(entry -> new Range(entry.offset(), entry.offset() + entry.size()))
            .toList();
    return statistics.isEmpty() ? trained : new StatisticsOuterStep(trained, statistics);
  }

  @Override
  public String name() {
    return trained.name();
  }

  @Override
  public List<String> stateNames() {
    return trained.stateNames();
  }

  @Override
  public Moved step(
      long round, long offset, float[] parameters, float[] meanDelta, List<float[]> state) {
    Moved moved =
        trained
            .step(round, offset, parameters, meanDelta, state)
            .checked(trained, parameters.length);
    // The arrays may be those of the arguments.
    float[] values = moved.parameters().clone();
    List<float[]> vectors = moved.state().stream().map(float[]::clone).toList();
    for (Range range : statistics) {
      int to = (int) Math.min(range.to() - offset, parameters.length);
      for (int i = (int) Math.max(range.from() - offset, 0); i < to; i++) {
        values[i] = parameters[i] + meanDelta[i];
        for (float[] vector : vectors) {
          vector[i] = 0;
        }
      }
    }
    return new Moved(values, vectors);
  }
}
