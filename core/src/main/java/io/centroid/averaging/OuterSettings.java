package io.centroid.averaging;

import io.centroid.nn.ParameterLayout;
import java.io.Serializable;

/**
 * Settings of a built-in outer optimizer.
 *
 * @param learningRate outer learning rate; {@link Name#MEAN} has none
 * @param momentum momentum of {@link Name#MOMENTUM} and {@link Name#NESTEROV}
 * @param beta1 decay of the first moment of {@link Name#ADAM}
 * @param beta2 decay of the second moment of {@link Name#ADAM}
 * @param epsilon constant added to the root of the second moment of {@link Name#ADAM}
 */
public record OuterSettings(
    Name name, double learningRate, double momentum, double beta1, double beta2, double epsilon)
    implements Serializable {

  /** The built-in outer optimizers. */
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

    /** The default learning rate. */
    public double defaultLearningRate() {
      return defaultLearningRate;
    }
  }

  /** The step for vectors of this layout; it sets running statistics to the workers' mean. */
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
