package io.centroid;

import io.centroid.error.InputException;
import io.centroid.nn.Architecture;
import io.centroid.nn.LearnerFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Factories of networks. */
public final class Networks {
  private Networks() {}

  /**
   * Dense layers with ReLU between them: {@code mlp(784, 128, 10)} takes 784 values and classifies
   * them into 10 classes. With 1 output it is a regression.
   *
   * @param sizes number of inputs, widths of the hidden layers, number of outputs; each at least 1
   * @throws InputException if there are fewer than two sizes, or one is below 1
   */
  public static Network mlp(int... sizes) {
    if (sizes.length < 2 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
      throw new InputException(
          "a network must have an input and an output of at least 1 value: "
              + Arrays.toString(sizes));
    }
    int outputs = sizes[sizes.length - 1];
    List<Integer> hidden = Arrays.stream(sizes, 1, sizes.length - 1).boxed().toList();
    Network network =
        new Network(sizes[0], outputs).set("model.name", "mlp").set("model.hidden", hidden);
    return outputs == 1 ? network.set("model.loss", "mean-squared-error") : network;
  }

  /**
   * GPT-2 with random weights, over the tokens of the data set's tokenizer.
   *
   * @param layers number of transformer blocks
   * @param heads number of attention heads; divides the width
   * @param width embedding width
   * @param positions longest sequence, in tokens
   */
  public static Network gpt2(int layers, int heads, int width, int positions) {
    return new Network(0, 0)
        .set("model.name", "gpt2")
        .set("model.gpt2.layers", layers)
        .set("model.gpt2.heads", heads)
        .set("model.gpt2.width", width)
        .set("model.gpt2.positions", positions);
  }

  /**
   * GPT-2 from a model: a directory in Hugging Face's format, a run or a checkpoint.
   *
   * @param location any Hadoop URI or local path
   */
  public static Network gpt2(String location) {
    return new Network(0, 0)
        .set("model.name", "gpt2")
        .set("model.gpt2.size", "init")
        .set("model.init-from", location);
  }

  /**
   * A network of a custom engine.
   *
   * @param name name of the architecture, which the engine recognizes
   * @param settings settings of the architecture for the engine
   * @param inputs number of values of one example
   * @param outputs number of classes, or 1 for a regression
   */
  public static Network of(
      LearnerFactory engine, String name, Map<String, String> settings, int inputs, int outputs) {
    Network network =
        new Network(inputs, outputs)
            .set("model.name", name)
            .with(engine, new Architecture.Custom(name, settings));
    return outputs == 1 ? network.set("model.loss", "mean-squared-error") : network;
  }
}
