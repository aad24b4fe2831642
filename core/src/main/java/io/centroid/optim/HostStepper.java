package io.centroid.optim;

import io.centroid.data.Batch;
import io.centroid.nn.Learner;
import io.centroid.nn.SgdLearner;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.VectorNorm;
import org.jspecify.annotations.Nullable;

/** Takes steps on the learner's parameters in host memory, with {@link Optimizer}. */
final class HostStepper implements Stepper {
  private final Learner learner;
  private final OptimizerSettings settings;
  private final Optimizer optimizer;
  private @Nullable GradientNorm norm;

  HostStepper(Learner learner, OptimizerSettings settings) {
    this.learner = learner;
    this.settings = settings;
    this.optimizer = settings.create(learner.layout());
  }

  @Override
  public double step(Batch batch, long dropoutSeed, double learningRate) {
    return step(batch, dropoutSeed, learningRate, false).loss();
  }

  @Override
  public Measured measuredStep(Batch batch, long dropoutSeed, double learningRate) {
    return step(batch, dropoutSeed, learningRate, true);
  }

  private Measured step(Batch batch, long dropoutSeed, double learningRate, boolean measures) {
    if (settings.clipNorm() == 0
        && settings.rule() instanceof Sgd sgd
        && learner instanceof SgdLearner fused) {
      return fusedStep(fused, sgd, batch, dropoutSeed, (float) learningRate, measures);
    }
    double loss = learner.gradient(batch, dropoutSeed);
    return new Measured(loss, gradientStep(learningRate, measures));
  }

  @Override
  public double gradientStep(double learningRate) {
    return gradientStep(learningRate, true);
  }

  private double gradientStep(double learningRate, boolean measures) {
    double clipNorm = settings.clipNorm();
    double gradientNorm = Double.NaN;
    if (clipNorm > 0) {
      gradientNorm = norm().of(learner.gradient(), learner.team());
    } else if (measures) {
      gradientNorm = norm().measured(learner.gradient());
    }
    optimizer.step(
        learner.parameters(),
        learner.gradient(),
        learningRate,
        GradientNorm.clippingFactor(gradientNorm, clipNorm),
        learner.team());
    return gradientNorm;
  }

  /**
   * The fused step stores no gradient, so its norm follows from the change of the parameters, with
   * their rounding errors and the weight decay; the vector of the gradient, which it does not use,
   * holds the parameters before the step.
   */
  private Measured fusedStep(
      SgdLearner fused,
      Sgd sgd,
      Batch batch,
      long dropoutSeed,
      float learningRate,
      boolean measures) {
    optimizer.skip();
    float decay = (float) sgd.weightDecay();
    if (!measures || learningRate == 0) {
      return new Measured(fused.sgdStep(batch, dropoutSeed, learningRate, decay), Double.NaN);
    }
    FloatVector change = learner.gradient();
    VectorNorm.copy(learner.parameters(), change);
    double loss = fused.sgdStep(batch, dropoutSeed, learningRate, decay);
    VectorNorm.subtract(learner.parameters(), change);
    return new Measured(loss, norm().measured(change) / learningRate);
  }

  private GradientNorm norm() {
    GradientNorm made = norm;
    if (made == null) {
      made = new GradientNorm(learner.layout());
      norm = made;
    }
    return made;
  }

  @Override
  public void reset() {
    optimizer.reset();
  }

  @Override
  public void restore(InnerState slice, int from) {
    optimizer.restore(slice, from);
  }

  @Override
  public InnerState takeState() {
    return optimizer.takeState();
  }
}
