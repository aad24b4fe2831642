package io.centroid;

import java.util.Arrays;
import java.util.Optional;

/**
 * A model's prediction for one example.
 *
 * @param value class number, or the number of a regression
 * @param scores probability of each class; the value alone for a regression
 * @param className name of the class, if the classes have names
 */
public record Prediction(float value, float[] scores, Optional<String> className) {

  /** The class number. */
  public int label() {
    return (int) value;
  }

  /** The probability of the predicted class, from 0 to 1; NaN for a regression. */
  public float probability() {
    if (scores.length > 1) {
      return scores[label()];
    }
    return Float.NaN;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Prediction that
        && value == that.value
        && Arrays.equals(scores, that.scores)
        && className.equals(that.className);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(scores) + className.hashCode();
  }

  @Override
  public String toString() {
    return className.orElse(scores.length > 1 ? Integer.toString(label()) : Float.toString(value));
  }
}
