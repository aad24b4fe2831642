package io.centroid.dl4j;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Derives the parameter layout of a DL4J network from its parameter views. DL4J stores dense
 * weights column-major as (inputs, outputs), which equals the row-major (outputs, inputs) of the
 * layout.
 */
final class Dl4jLayout {
  private Dl4jLayout() {}

  static ParameterLayout of(Dl4jNetwork network) {
    List<Entry> entries = new ArrayList<>();
    long base = network.parameters().offset();
    network
        .layers()
        .forEach(
            (name, layer) -> {
              for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
                INDArray view = parameter.getValue();
                entries.add(
                    new Entry(
                        name + "." + tensorName(parameter.getKey()),
                        rowMajorShape(view),
                        view.offset() - base,
                        role(layer, parameter.getKey())));
              }
            });
    entries.sort(Comparator.comparingLong(Entry::offset));
    return new ParameterLayout(entries);
  }

  private static String tensorName(String key) {
    return switch (key) {
      case "W" -> "weight";
      case "b" -> "bias";
      default -> key;
    };
  }

  private static List<Long> rowMajorShape(INDArray view) {
    List<Long> shape = new ArrayList<>();
    for (long length : view.shape()) {
      shape.add(length);
    }
    if (shape.size() == 2 && shape.get(0) == 1) {
      return List.of(shape.get(1));
    }
    if (view.ordering() == 'f') {
      java.util.Collections.reverse(shape);
    }
    return shape;
  }

  private static Role role(Layer layer, String key) {
    var configuration = layer.conf().getLayer();
    boolean statistic = key.equals("mean") || key.equals("var") || key.equals("log10stdev");
    if (configuration instanceof BatchNormalization && statistic) {
      return Role.STATISTIC;
    }
    return configuration.initializer().isWeightParam(configuration, key) ? Role.WEIGHT : Role.BIAS;
  }
}
