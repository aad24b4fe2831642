package io.centroid.torch;

import io.centroid.data.Batch;
import io.centroid.optim.AdamW;
import io.centroid.optim.GradientNorm;
import io.centroid.optim.InnerState;
import io.centroid.optim.Momentum;
import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.Sgd;
import io.centroid.optim.Stepper;
import io.centroid.optim.UpdateRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Takes steps on the device, by operations on whole vectors. The formulas are those of {@link Sgd},
 * {@link Momentum} and {@link AdamW}.
 */
final class TorchStepper implements Stepper, AutoCloseable {
  /** Number of values of a state that are copied to or from the device at once. */
  private static final int CHUNK = 1 << 22;

  private final TorchLearner learner;
  private final FlatTensors tensors;
  private final OptimizerSettings settings;
  private final List<Tensor> moments = new ArrayList<>();
  private final Staging staging;
  private long steps;

  private TorchStepper(TorchLearner learner, FlatTensors tensors, OptimizerSettings settings) {
    this.learner = learner;
    this.tensors = tensors;
    this.settings = settings;
    this.staging = new Staging(tensors.device(), ScalarType.Float);
    for (int i = 0; i < settings.stateNames().size(); i++) {
      moments.add(
          Tensors.owned(
              () ->
                  torch.zeros(
                      new long[] {tensors.layout().parameterCount()},
                      Tensors.options(ScalarType.Float, tensors.device()))));
    }
  }

  /** Creates a stepper; empty if the rule is none of the built-in ones. */
  static Optional<TorchStepper> of(
      TorchLearner learner, FlatTensors tensors, OptimizerSettings settings) {
    UpdateRule rule = settings.rule();
    return rule instanceof Sgd || rule instanceof Momentum || rule instanceof AdamW
        ? Optional.of(LibTorch.call(() -> new TorchStepper(learner, tensors, settings)))
        : Optional.empty();
  }

  @Override
  public double step(Batch batch, long dropoutSeed, double learningRate) {
    return step(batch, dropoutSeed, learningRate, settings.clipNorm() > 0).loss();
  }

  @Override
  public Measured measuredStep(Batch batch, long dropoutSeed, double learningRate) {
    return step(batch, dropoutSeed, learningRate, true);
  }

  private Measured step(Batch batch, long dropoutSeed, double learningRate, boolean measures) {
    double loss = learner.gradient(batch, dropoutSeed);
    return learner.computed(
        false,
        () -> {
          double norm = measures ? tensors.gradient().norm().item_double() : Double.NaN;
          clip(GradientNorm.clippingFactor(norm, settings.clipNorm()));
          steps++;
          update(learningRate);
          tensors.changed();
          return new Measured(loss, norm);
        });
  }

  private void clip(float factor) {
    if (factor != 1) {
      tensors.gradient().mul_(Tensors.scalar(factor));
    }
  }

  private void update(double learningRate) {
    if (settings.rule() instanceof AdamW adamW) {
      adamW(adamW, learningRate);
    } else if (settings.rule() instanceof Momentum momentum) {
      momentum(momentum, learningRate);
    } else if (settings.rule() instanceof Sgd sgd) {
      decay(learningRate * sgd.weightDecay());
      tensors.parameters().add_(tensors.gradient(), Tensors.scalar(-learningRate));
    }
  }

  private void adamW(AdamW rule, double learningRate) {
    Tensor gradient = tensors.gradient();
    Tensor first = moments.get(0);
    Tensor second = moments.get(1);
    double b1 = (float) rule.beta1();
    double b2 = (float) rule.beta2();
    first.mul_(Tensors.scalar(b1)).add_(gradient, Tensors.scalar(1 - b1));
    second.mul_(Tensors.scalar(b2)).addcmul_(gradient, gradient, Tensors.scalar(1 - b2));
    double rootCorrection = 1 / Math.sqrt(1 - StrictMath.pow(b2, steps));
    Tensor denominator =
        second
            .sqrt()
            .mul_(Tensors.scalar(rootCorrection))
            .add_(Tensors.scalar(rule.epsilon()), Tensors.scalar(1));
    decay(learningRate * rule.weightDecay());
    double stepSize = learningRate / (1 - StrictMath.pow(b1, steps));
    tensors.parameters().addcdiv_(first, denominator, Tensors.scalar(-stepSize));
  }

  private void momentum(Momentum rule, double learningRate) {
    if (rule.weightDecay() != 0) {
      for (Tensor weight : tensors.decaying()) {
        weight.mutable_grad().add_(weight, Tensors.scalar(rule.weightDecay()));
      }
    }
    Tensor gradient = tensors.gradient();
    Tensor velocity = moments.get(0);
    velocity.mul_(Tensors.scalar(rule.momentum())).add_(gradient);
    Tensor direction =
        rule.nesterov() ? gradient.add_(velocity, Tensors.scalar(rule.momentum())) : velocity;
    tensors.parameters().add_(direction, Tensors.scalar(-learningRate));
  }

  /** Multiplies weights by {@code 1 - share}. */
  private void decay(double share) {
    if (share != 0) {
      for (Tensor weight : tensors.decaying()) {
        weight.mul_(Tensors.scalar(1 - share));
      }
    }
  }

  @Override
  public void reset() {
    steps = 0;
    moments.forEach(Tensor::zero_);
  }

  @Override
  public void restore(InnerState slice, int from) {
    if (slice.moments().size() != moments.size()) {
      throw new IllegalArgumentException(
          "the state has " + slice.moments().size() + " moments, the optimizer " + moments.size());
    }
    steps = slice.steps();
    for (int i = 0; i < moments.size(); i++) {
      float[] values = slice.moments().get(i);
      Tensor moment = moments.get(i);
      for (int at = 0; at < values.length; at += CHUNK) {
        int start = at;
        int length = Math.min(CHUNK, values.length - at);
        float[] part = Arrays.copyOfRange(values, start, start + length);
        Integer unused =
            learner.computed(
                false,
                () -> {
                  moment
                      .narrow(0, from + start, length)
                      .copy_(staging.floats(part, length, length));
                  return length;
                });
      }
    }
  }

  @Override
  public InnerState takeState() {
    List<float[]> values = new ArrayList<>();
    for (Tensor moment : moments) {
      values.add(learner.computed(false, () -> TorchLearner.floats(moment)));
    }
    return new InnerState(steps, values);
  }

  @Override
  public void close() {
    staging.close();
    moments.forEach(Tensor::close);
  }
}
