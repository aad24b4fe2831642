package io.centroid.evaluate;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What people look at in the evaluation of a classifier, in addition to its metrics.
 *
 * @param mistakes at most {@link #MOST_MISTAKES} misclassified images, the most confident first;
 *     empty if the examples are not images
 * @param scores numbers of examples by predicted probability
 */
public record EvaluationDetails(List<Mistake> mistakes, ScoreCounts scores)
    implements Serializable {
  /** Maximum number of mistakes. */
  public static final int MOST_MISTAKES = 25;

  /** No details. */
  public static final EvaluationDetails NONE = new EvaluationDetails(List.of(), ScoreCounts.NONE);

  public EvaluationDetails {
    mistakes = List.copyOf(mistakes);
  }

  /** Merges the details of a later part of the examples. */
  EvaluationDetails merge(EvaluationDetails later) {
    // The sort is stable: of equal probabilities the earlier comes first.
    List<Mistake> all =
        Stream.concat(mistakes.stream(), later.mistakes.stream())
            .sorted(Comparator.comparing(Mistake::probability).reversed())
            .limit(MOST_MISTAKES)
            .toList();
    return new EvaluationDetails(all, scores.merge(later.scores));
  }
}
