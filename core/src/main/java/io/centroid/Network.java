package io.centroid;

import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.Loss;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Description of a network; made by {@link Networks}. Immutable: each method returns another.
 *
 * @see Trainer#of(Network)
 */
public final class Network {
  private final int inputs;
  private final int outputs;
  private final Map<String, Object> settings;
  private final @Nullable LearnerFactory engine;
  private final Architecture.@Nullable Custom own;

  Network(int inputs, int outputs) {
    this(inputs, outputs, Map.of(), null, null);
  }

  private Network(
      int inputs,
      int outputs,
      Map<String, Object> settings,
      @Nullable LearnerFactory engine,
      Architecture.@Nullable Custom own) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.settings = settings;
    this.engine = engine;
    this.own = own;
  }

  /** Activation of the hidden layers; ReLU if it is not set. */
  public Network activation(Activation activation) {
    return set("model.activation", Json.spelling(activation));
  }

  /**
   * The loss; if it is not set, cross-entropy for two outputs or more, and the mean squared error
   * for one.
   */
  public Network loss(Loss loss) {
    return set("model.loss", Json.spelling(loss));
  }

  /**
   * Starts from the parameters of another model instead of random ones.
   *
   * @param location a run, a checkpoint or a model directory: any Hadoop URI or local path
   */
  public Network initFrom(String location) {
    return set("model.init-from", location);
  }

  Network set(String key, Object value) {
    Map<String, Object> changed = new TreeMap<>(settings);
    changed.put(key, value);
    return new Network(inputs, outputs, changed, engine, own);
  }

  Network with(LearnerFactory other, Architecture.Custom architecture) {
    return new Network(inputs, outputs, settings, other, architecture);
  }

  /** Number of values of one example; 0 if the data decides. */
  int inputs() {
    return inputs;
  }

  /** Number of outputs; 0 if the data decides. */
  int outputs() {
    return outputs;
  }

  /** Compares the outputs with what is known of the targets. */
  void requireTargets(Dataset.Targets targets) {
    if (targets == Dataset.Targets.NUMBERS && outputs > 1) {
      throw new InputException(
          "the targets are numbers (float[]), but the network has "
              + outputs
              + " outputs: expected 1, or class numbers (int[])");
    }
    if (targets == Dataset.Targets.CLASSES
        && outputs == 1
        && "mean-squared-error".equals(settings.get("model.loss"))) {
      throw new InputException(
          "the targets are classes (int[]), but the network has 1 output: expected one per class,"
              + " or numbers (float[])");
    }
  }

  Map<String, Object> settings() {
    return settings;
  }

  @Nullable LearnerFactory engine() {
    return engine;
  }

  Architecture.@Nullable Custom own() {
    return own;
  }
}
