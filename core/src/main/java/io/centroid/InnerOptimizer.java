package io.centroid;

import io.centroid.error.InputException;
import io.centroid.optim.UpdateRule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An inner optimizer with its learning rate over the run; made by {@link Optimizers}. Immutable:
 * each method returns another.
 */
public final class InnerOptimizer {
  private final Map<String, Object> settings;
  private final @Nullable UpdateRule rule;

  InnerOptimizer(Map<String, Object> settings, @Nullable UpdateRule rule) {
    this.settings = Map.copyOf(settings);
    this.rule = rule;
  }

  /**
   * Weight decay of weights; biases have none.
   *
   * @param decay weight decay, 0 or more
   * @throws InputException for an update rule of your own, which has its own hyperparameters
   */
  public InnerOptimizer weightDecay(double decay) {
    if (rule != null) {
      throw new InputException(
          "weightDecay has no effect on the update rule " + rule.name() + ": give it to the rule");
    }
    return set("weight-decay", decay);
  }

  /**
   * Decay rates of AdamW's moments, each from 0 to below 1.
   *
   * @throws InputException for another optimizer
   */
  public InnerOptimizer betas(double first, double second) {
    if (!"adamw".equals(settings.get("optimizer.name"))) {
      throw new InputException(
          "betas are those of adamw, not of " + settings.get("optimizer.name"));
    }
    return set("betas", List.of(first, second));
  }

  /**
   * Clips gradients to a global L2 norm.
   *
   * @param norm maximum norm; 0 disables clipping
   */
  public InnerOptimizer clipNorm(double norm) {
    return set("clip-norm", norm);
  }

  /**
   * Number of steps of each worker over which the learning rate grows from 0.
   *
   * @param steps number of steps, 0 or more
   */
  public InnerOptimizer warmup(long steps) {
    return set("schedule.warmup-steps", steps);
  }

  /**
   * Cosine decay of the learning rate to the end of the run (Loshchilov and Hutter, ICLR 2017).
   *
   * @param finalLearningRate learning rate of the last step
   */
  public InnerOptimizer cosine(double finalLearningRate) {
    return set("schedule.name", "cosine").set("schedule.final-learning-rate", finalLearningRate);
  }

  /**
   * A constant learning rate that decays linearly at the end of the run. The run can be lengthened
   * until the decay begins.
   *
   * @param fraction fraction of the run's steps that decay, above 0 and at most 1
   * @param finalLearningRate learning rate of the last step
   */
  public InnerOptimizer decayAtTheEnd(double fraction, double finalLearningRate) {
    return set("schedule.name", "warmup-stable-decay")
        .set("schedule.decay-fraction", fraction)
        .set("schedule.final-learning-rate", finalLearningRate);
  }

  InnerOptimizer set(String key, Object value) {
    Map<String, Object> changed = new TreeMap<>(settings);
    changed.put("optimizer." + key, value);
    return new InnerOptimizer(changed, rule);
  }

  Map<String, Object> settings() {
    return settings;
  }

  @Nullable UpdateRule rule() {
    return rule;
  }
}
