package io.centroid.evaluate;

import java.io.Serializable;
import java.util.List;

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
}
