package io.centroid.averaging;

import io.centroid.nn.ParameterLayout;
import java.io.Serializable;

/**
 * Which outer step a run takes, and how.
 *
 * @param rate learning rate of every step but {@link Name#MEAN}
 * @param momentum of {@link Name#MOMENTUM} and {@link Name#NESTEROV}
 * @param beta1 of {@link Name#ADAM}, as {@code beta2} and {@code epsilon}
 */
public record OuterSettings(
    Name name, double rate, double momentum, double beta1, double beta2, double epsilon)
    implements Serializable {

  /** The steps there are. */
  public enum Name {
    MEAN(1),
    SGD(1),
    MOMENTUM(0.7),
    NESTEROV(0.7),
    ADAM(0.01);

    private final double usualRate;

    Name(double usualRate) {
      this.usualRate = usualRate;
    }

    /** The rate of a run that names none. */
    public double usualRate() {
      return usualRate;
    }
  }

  /** The step for vectors of this layout, whose running statistics it sets to their mean. */
  public OuterStep create(ParameterLayout layout) {
    return StatisticsOuterStep.around(
        switch (name) {
          case MEAN -> new MeanOuterStep();
          case SGD -> new SgdOuterStep((float) rate);
          case MOMENTUM -> new MomentumOuterStep((float) rate, (float) momentum, false);
          case NESTEROV -> new MomentumOuterStep((float) rate, (float) momentum, true);
          case ADAM -> new AdamOuterStep(rate, (float) beta1, (float) beta2, (float) epsilon);
        },
        layout);
  }
}
