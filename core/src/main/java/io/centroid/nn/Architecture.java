package io.centroid.nn;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** Network architectures that can be configured. */
public sealed interface Architecture extends Serializable {

  /** Value of {@code model.name}. */
  String name();

  /**
   * A multilayer perceptron: dense hidden layers of the given widths, then a dense output layer.
   * 784-128-10 is {@code hidden = [128]}.
   */
  record Mlp(List<Integer> hidden, Activation activation) implements Architecture {
    public Mlp {
      hidden = List.copyOf(hidden);
    }

    @Override
    public String name() {
      return "mlp";
    }
  }

  /**
   * A convolutional network in the style of LeNet (LeCun et al., 1998): for each entry of {@code
   * channels} a convolution with square kernels and 2x2 max pooling, then dense layers, then the
   * output layer.
   */
  record Cnn(List<Integer> channels, int kernel, List<Integer> hidden, Activation activation)
      implements Architecture {
    public Cnn {
      channels = List.copyOf(channels);
      hidden = List.copyOf(hidden);
    }

    @Override
    public String name() {
      return "cnn";
    }
  }

  /** A DL4J network: the JSON of a MultiLayerConfiguration or a ComputationGraphConfiguration. */
  record Dl4j(String json) implements Architecture {
    @Override
    public String name() {
      return "dl4j";
    }
  }

  /**
   * A network of an engine that a program brings along.
   *
   * @param name by which the engine recognizes it; not the name of another kind
   * @param settings what the engine needs to build it, as text
   */
  record Custom(String name, Map<String, String> settings) implements Architecture {
    public Custom {
      settings = Map.copyOf(settings);
    }
  }

  /**
   * A GPT-2 language model, or a GPT-2 text classifier.
   *
   * @param classifies true for a classifier, whose output layer reads each text's last token; false
   *     for a language model, in which every token predicts the next
   */
  record Gpt2(Gpt2Config config, boolean classifies, Gpt2Execution execution)
      implements Architecture {
    @Override
    public String name() {
      return "gpt2";
    }
  }
}
