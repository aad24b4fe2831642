package io.centroid.averaging;

import io.centroid.nn.ParameterLayout;
import java.io.Serializable;

/**
 * The outer optimizer as configurations name it.
 *
 * @param learningRate learning rate of every step but {@link Name#MEAN}
 * @param momentum of {@link Name#MOMENTUM} and {@link Name#NESTEROV}
 * @param beta1 of {@link Name#ADAM}, as {@code beta2} and {@code epsilon}
 */
public record OuterSettings(
    Name name, double learningRate, double momentum, double beta1, double beta2, double epsilon)
    implements Serializable {

  /** The steps there are. */
  public enum Name {
    MEAN(1),
    SGD(1),
    MOMENTUM(0.7),
    NESTEROV(0.7),
    ADAM(0.01);

    private final double defaultLearningRate;

    Name(double defaultLearningRate) {
      this.defaultLearningRate = defaultLearningRate;
    }

    /** The learning rate of a run that does not set one. */
    public double defaultLearningRate() {
      return defaultLearningRate;
    }
  }

  /** The step for vectors of this layout, whose running statistics it sets to their mean. */
  public OuterStep create(ParameterLayout layout) {
    return StatisticsOuterStep.around(step(), layout);
  }

  /** The step for trained parameters. */
  public OuterStep step() {
    return switch (name) {
      case MEAN -> new MeanOuterStep();
      case SGD -> new SgdOuterStep((float) learningRate);
      case MOMENTUM -> new MomentumOuterStep((float) learningRate, (float) momentum, false);
      case NESTEROV -> new MomentumOuterStep((float) learningRate, (float) momentum, true);
      case ADAM -> new AdamOuterStep(learningRate, (float) beta1, (float) beta2, (float) epsilon);
    };
  }
}
