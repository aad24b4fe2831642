package io.centroid.export;

import io.centroid.dl4j.LayerSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as PyTorch's {@code nn.Sequential}.
 *
 * @param code Python expression that constructs the module
 * @param names PyTorch names by Centroid's tensor names
 */
record TorchModule(String code, Map<String, String> names) {

  static TorchModule of(List<LayerSpec> layers) {
    Builder builder = new Builder();
    layers.forEach(builder::add);
    return new TorchModule(
        "nn.Sequential(" + String.join(", ", builder.modules) + ")", builder.names);
  }

  private static final class Builder {
    private final List<String> modules = new ArrayList<>();
    private final Map<String, String> names = new LinkedHashMap<>();
    private boolean images;

    void add(LayerSpec layer) {
      if (layer instanceof LayerSpec.ToImages shape) {
        images = true;
        modules.add(
            "nn.Unflatten(1, (%s, %s, %s))"
                .formatted(shape.channels(), shape.height(), shape.width()));
      } else if (layer instanceof LayerSpec.ToRows) {
        images = false;
        modules.add("nn.Flatten()");
      } else if (layer instanceof LayerSpec.Dense dense) {
        named(dense.number(), dense.bias());
        modules.add(
            "nn.Linear(%s, %s%s)".formatted(dense.inputs(), dense.outputs(), bias(dense.bias())));
        apply(dense.function());
      } else if (layer instanceof LayerSpec.Convolution convolution) {
        convolution(convolution);
      } else if (layer instanceof LayerSpec.Pooling pooling) {
        modules.add(
            "nn.%sPool2d(%s, stride=%s, padding=%s%s)"
                .formatted(
                    pooling.maximum() ? "Max" : "Avg",
                    pair(pooling.window().kernel()),
                    pair(pooling.window().stride()),
                    padding(pooling.window()),
                    pooling.maximum() ? ", dilation=" + pair(pooling.window().dilation()) : ""));
      } else if (layer instanceof LayerSpec.BatchNormalization norm) {
        batchNormalization(norm);
      } else if (layer instanceof LayerSpec.Applied applied) {
        apply(applied.function());
      }
    }

    private void convolution(LayerSpec.Convolution convolution) {
      named(convolution.number(), convolution.bias());
      LayerSpec.Window window = convolution.window();
      modules.add(
          "nn.Conv2d(%s, %s, %s, stride=%s, padding=%s, dilation=%s%s)"
              .formatted(
                  convolution.inputs(),
                  convolution.outputs(),
                  pair(window.kernel()),
                  pair(window.stride()),
                  padding(window),
                  pair(window.dilation()),
                  bias(convolution.bias())));
      apply(convolution.function());
    }

    private void batchNormalization(LayerSpec.BatchNormalization norm) {
      int at = modules.size();
      Map<String, String> torchNames =
          Map.of("gamma", "weight", "beta", "bias", "mean", "running_mean", "var", "running_var");
      torchNames.forEach(
          (name, torch) -> names.put(LayerSpec.tensor(norm.number(), name), at + "." + torch));
      modules.add("nn.LazyBatchNorm%s(eps=%s)".formatted(images ? "2d" : "1d", norm.epsilon()));
    }

    private void named(int number, boolean bias) {
      names.put(LayerSpec.tensor(number, "weight"), modules.size() + ".weight");
      if (bias) {
        names.put(LayerSpec.tensor(number, "bias"), modules.size() + ".bias");
      }
    }

    private void apply(LayerSpec.Function function) {
      switch (function) {
        case IDENTITY -> {}
        case RELU -> modules.add("nn.ReLU()");
        case TANH -> modules.add("nn.Tanh()");
        case SIGMOID -> modules.add("nn.Sigmoid()");
        case SOFTMAX -> modules.add("nn.Softmax(dim=-1)");
        case GELU_SIGMOID -> modules.add("QuickGELU()");
      }
    }

    private static String bias(boolean bias) {
      return bias ? "" : ", bias=False";
    }

    private static String padding(LayerSpec.Window window) {
      return window.same() ? "'same'" : pair(window.padding());
    }

    private static String pair(List<Integer> sizes) {
      return "(" + sizes.get(0) + ", " + sizes.get(1) + ")";
    }
  }
}
