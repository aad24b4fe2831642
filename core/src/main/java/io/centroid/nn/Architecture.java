package io.centroid.nn;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** The kinds of network that can be configured. */
public sealed interface Architecture extends Serializable {

  /** As {@code model.name} spells it. */
  String name();

  /**
   * Dense layers of the given widths, then a dense output layer; 784-128-10 is {@code hidden =
   * [128]}.
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
   * In the manner of LeNet (LeCun et al., 1998): for each entry of {@code channels} a convolution
   * with square kernels and a 2x2 maximum pooling, then dense layers, then the output layer.
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

  /**
   * A network that DL4J describes: the JSON of a MultiLayerConfiguration or a
   * ComputationGraphConfiguration.
   */
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
   * GPT-2 over windows of tokens.
   *
   * @param classifies whether a text's last token goes to an output layer of classes, instead of
   *     every token predicting the next
   */
  record Gpt2(Gpt2Config config, boolean classifies, Gpt2Execution execution)
      implements Architecture {
    @Override
    public String name() {
      return "gpt2";
    }
  }
}
