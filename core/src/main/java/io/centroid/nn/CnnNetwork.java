package io.centroid.nn;

import io.centroid.data.InputShape;
import io.centroid.error.InputException;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.util.ArrayList;
import java.util.List;

/** Parameter layout and initialization of a convolutional network, shared by engines. */
public final class CnnNetwork {
  private CnnNetwork() {}

  /**
   * Layout with a bias (outputs) and a weight (outputs, inputs, kernel, kernel) per convolution, as
   * DL4J orders them, and a weight (outputs, inputs) and a bias per dense layer. Tensors are named
   * by the layer's index, in which poolings count.
   *
   * @throws InputException if the images are too small for the poolings
   */
  public static ParameterLayout layout(NetworkSpec spec, Architecture.Cnn cnn) {
    InputShape input = spec.input();
    List<Entry> entries = new ArrayList<>();
    long inputs = input.channels();
    int height = input.height();
    int width = input.width();
    long kernel = cnn.kernel();
    for (int block = 0; block < cnn.channels().size(); block++) {
      height = (height - cnn.kernel() + 1) / 2;
      width = (width - cnn.kernel() + 1) / 2;
      if (height < 1 || width < 1) {
        throw tooSmall(input, cnn, block);
      }
      long outputs = cnn.channels().get(block);
      add(entries, 2 * block + ".bias", List.of(outputs), Role.BIAS);
      add(entries, 2 * block + ".weight", List.of(outputs, inputs, kernel, kernel), Role.WEIGHT);
      inputs = outputs;
    }
    inputs *= (long) height * width;
    for (int dense = 0; dense <= cnn.hidden().size(); dense++) {
      long outputs = dense < cnn.hidden().size() ? cnn.hidden().get(dense) : spec.outputs();
      int layer = firstDense(cnn) + dense;
      List<Long> shape = inputs == 1 ? List.of(outputs) : List.of(outputs, inputs);
      add(entries, layer + ".weight", shape, Role.WEIGHT);
      add(entries, layer + ".bias", List.of(outputs), Role.BIAS);
      inputs = outputs;
    }
    return new ParameterLayout(entries);
  }

  /** Index of the first dense layer. */
  public static int firstDense(Architecture.Cnn cnn) {
    return 2 * cnn.channels().size();
  }

  /** The error of an image that has no room for a convolution and its pooling. */
  public static InputException tooSmall(InputShape input, Architecture.Cnn cnn, int block) {
    return new InputException(
        "model.channels has "
            + cnn.channels().size()
            + " convolutions with a kernel of "
            + cnn.kernel()
            + "x"
            + cnn.kernel()
            + ", but an image of "
            + input
            + " is too small after "
            + block);
  }

  private static void add(List<Entry> entries, String name, List<Long> shape, Role role) {
    long offset =
        entries.isEmpty()
            ? 0
            : entries.get(entries.size() - 1).offset() + entries.get(entries.size() - 1).size();
    entries.add(new Entry(name, shape, offset, role));
  }

  /**
   * Initializes the parameters as {@link DenseNetwork#initialize} does: biases are 0, weights are
   * normal, with the inputs and outputs that a weight connects to one value.
   */
  public static void initialize(NetworkSpec spec, Architecture.Cnn cnn, FloatVector parameters) {
    List<Entry> entries = layout(spec, cnn).entries();
    for (int number = 0; number < entries.size(); number++) {
      Entry entry = entries.get(number);
      if (entry.role() == Role.BIAS) {
        parameters.write(entry.offset(), new float[(int) entry.size()], (int) entry.size());
        continue;
      }
      long outputs = entry.shape().get(0);
      long inputs = entry.size() / outputs;
      long area = entry.shape().size() == 4 ? (long) cnn.kernel() * cnn.kernel() : 1;
      boolean last = number == entries.size() - 2;
      boolean rectified = !last && cnn.activation() == Activation.RELU;
      DenseNetwork.fill(
          parameters,
          entry,
          Math.sqrt(2.0 / (rectified ? inputs : inputs + outputs * area)),
          new RandomStream(Seed.of(spec.seed(), Seed.Purpose.INITIALIZATION, number)));
    }
  }
}
