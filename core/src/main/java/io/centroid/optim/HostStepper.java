package io.centroid.optim;

import io.centroid.data.Batch;
import io.centroid.nn.Learner;
import io.centroid.nn.SgdLearner;
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
    if (settings.clipNorm() == 0
        && settings.rule() instanceof Sgd sgd
        && learner instanceof SgdLearner fused) {
      optimizer.skip();
      return fused.sgdStep(batch, dropoutSeed, (float) learningRate, (float) sgd.weightDecay());
    }
    double loss = learner.gradient(batch, dropoutSeed);
    optimizer.step(
        learner.parameters(), learner.gradient(), learningRate, clipping(), learner.team());
    return loss;
  }

  private float clipping() {
    double clipNorm = settings.clipNorm();
    return clipNorm == 0 ? 1 : GradientNorm.clippingFactor(gradientNorm(), clipNorm);
  }

  private double gradientNorm() {
    GradientNorm made = norm;
    if (made == null) {
      made = new GradientNorm(learner.layout());
      norm = made;
    }
    return made.of(learner.gradient(), learner.team());
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
