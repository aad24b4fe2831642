package io.centroid.nn;

import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.random.NormalQuantile;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.util.ArrayList;
import java.util.List;

/** Parameter layout and initialization of a multilayer perceptron, shared by all engines. */
public final class DenseNetwork {
  private static final int CHUNK = 4096;

  private DenseNetwork() {}

  /**
   * Layout with a weight (outputs, inputs) and a bias (outputs) per layer, named by the layer's
   * index.
   */
  public static ParameterLayout layout(NetworkSpec spec, Architecture.Mlp mlp) {
    List<Entry> entries = new ArrayList<>();
    long offset = 0;
    long inputs = spec.input().size();
    for (int layer = 0; layer <= mlp.hidden().size(); layer++) {
      long outputs = layer < mlp.hidden().size() ? mlp.hidden().get(layer) : spec.outputs();
      // Checkpoint format: the weight of a layer with a single input is one-dimensional.
      List<Long> shape = inputs == 1 ? List.of(outputs) : List.of(outputs, inputs);
      entries.add(new Entry(layer + ".weight", shape, offset, Role.WEIGHT));
      offset += inputs * outputs;
      entries.add(new Entry(layer + ".bias", List.of(outputs), offset, Role.BIAS));
      offset += outputs;
      inputs = outputs;
    }
    return new ParameterLayout(entries);
  }

  /**
   * Initializes the parameters: biases are 0, weights are normal with variance 2 / inputs before
   * ReLU (He et al., "Delving deep into rectifiers", 2015), else 2 / (inputs + outputs) (Glorot and
   * Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010).
   * Each layer's random numbers derive from the seed and the layer's index.
   */
  public static void initialize(NetworkSpec spec, Architecture.Mlp mlp, FloatVector parameters) {
    List<Entry> entries = layout(spec, mlp).entries();
    for (int layer = 0; layer <= mlp.hidden().size(); layer++) {
      Entry weight = entries.get(2 * layer);
      Entry bias = entries.get(2 * layer + 1);
      long outputs = bias.size();
      long inputs = weight.size() / outputs;
      boolean rectified = layer < mlp.hidden().size() && mlp.activation() == Activation.RELU;
      double deviation = Math.sqrt(2.0 / (rectified ? inputs : inputs + outputs));
      fill(
          parameters,
          weight,
          deviation,
          new RandomStream(Seed.of(spec.seed(), Seed.Purpose.INITIALIZATION, layer)));
      parameters.write(bias.offset(), new float[(int) outputs], (int) outputs);
    }
  }

  /** Fills a weight with normal values of mean 0. */
  static void fill(FloatVector parameters, Entry weight, double deviation, RandomStream random) {
    float[] chunk = new float[CHUNK];
    for (long from = 0; from < weight.size(); from += CHUNK) {
      int length = (int) Math.min(CHUNK, weight.size() - from);
      for (int i = 0; i < length; i++) {
        chunk[i] = (float) (deviation * NormalQuantile.at(random.nextDouble()));
      }
      parameters.write(weight.offset() + from, chunk, length);
    }
  }
}
