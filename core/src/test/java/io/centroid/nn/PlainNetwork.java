package io.centroid.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Batch;
import io.centroid.data.InputShape;
import io.centroid.nn.ParameterLayout.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Reference implementation of the built-in architectures in double precision, based only on the
 * parameter layout.
 */
public final class PlainNetwork {
  private final NetworkSpec spec;

  public PlainNetwork(NetworkSpec spec) {
    this.spec = spec;
  }

  /** Checks a learner's loss, gradient and outputs at random parameters. */
  public static void requireGradientsMatch(NetworkSpec spec) {
    Learner learner = spec.engine().create(spec);
    float[] parameters = randomized(learner);
    double[] exact = new double[parameters.length];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = parameters[i];
    }
    Batch batch = Batches.random(spec, 7, 5);
    PlainNetwork plain = new PlainNetwork(spec);
    double loss = learner.gradient(batch, 1);
    assertThat(loss).isCloseTo(plain.loss(exact, batch), within(1e-5 * Math.max(1, loss)));
    double[] expected = plain.gradient(exact, batch);
    float[] found = Vectors.values(learner.gradient());
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(largest).isGreaterThan(1e-3);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i])
          .as("gradient %d", i)
          .isCloseTo(expected[i], within(1e-4 * largest));
    }
    float[] outputs = learner.predict(batch);
    double[] first = plain.output(exact, row(batch, spec));
    for (int i = 0; i < first.length; i++) {
      assertThat((double) outputs[i]).isCloseTo(first[i], within(1e-5));
    }
  }

  /** Checks a learner's gradients with respect to its inputs at random parameters. */
  public static void requireInputGradientsMatch(NetworkSpec spec) {
    try (Learner learner = spec.engine().create(spec)) {
      requireInputGradientsMatch(spec, learner);
    }
  }

  private static void requireInputGradientsMatch(NetworkSpec spec, Learner learner) {
    float[] parameters = randomized(learner);
    double[] exact = new double[parameters.length];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = parameters[i];
    }
    Batch batch = Batches.random(spec, 7, 5);
    PlainNetwork plain = new PlainNetwork(spec);
    int width = spec.input().size();
    double step = 1e-6;
    for (int output = 0; output < spec.outputs(); output++) {
      float[] found = ((InputGradients) learner).inputGradients(batch, output);
      assertThat(found).hasSize(7 * width);
      double[] expected = new double[found.length];
      for (int i = 0; i < found.length; i++) {
        double[] input = new double[width];
        for (int j = 0; j < width; j++) {
          input[j] = batch.inputs()[i / width * width + j];
        }
        input[i % width] += step;
        double above = plain.output(exact, input)[output];
        input[i % width] -= 2 * step;
        expected[i] = (above - plain.output(exact, input)[output]) / (2 * step);
      }
      double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      assertThat(largest).isGreaterThan(1e-4);
      for (int i = 0; i < found.length; i++) {
        assertThat((double) found[i])
            .as("%s: gradient %d of output %d", spec, i, output)
            .isCloseTo(expected[i], within(1e-4 * largest));
      }
    }
  }

  private static double[] row(Batch batch, NetworkSpec spec) {
    double[] row = new double[spec.input().size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = batch.inputs()[i];
    }
    return row;
  }

  /** Sets random parameters. */
  public static float[] randomized(Learner learner) {
    SplittableRandom random = new SplittableRandom(5);
    float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) (random.nextDouble() - 0.5);
    }
    learner.parameters().load(parameters);
    return parameters;
  }

  /** Dense networks with all activations and losses. */
  public static Stream<NetworkSpec> denseNetworks() {
    List<NetworkSpec> specs = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      for (Loss loss : Loss.values()) {
        for (List<Integer> hidden :
            List.of(List.<Integer>of(), List.of(13), List.of(17, 5), List.of(9, 8, 7))) {
          specs.add(spec(hidden, activation, loss));
        }
      }
    }
    specs.add(
        new NetworkSpec(
            new Architecture.Mlp(List.of(1, 4), Activation.TANH),
            InputShape.row(3),
            3,
            Loss.CROSS_ENTROPY,
            7));
    return specs.stream();
  }

  public static NetworkSpec spec(List<Integer> hidden, Activation activation, Loss loss) {
    return new NetworkSpec(
        new Architecture.Mlp(hidden, activation),
        InputShape.row(11),
        loss == Loss.CROSS_ENTROPY ? 6 : 1,
        loss,
        7);
  }

  public static void requireNear(
      NetworkSpec spec, Learner learner, float[] expected, float[] found, double tolerance) {
    for (Entry entry : learner.layout().entries()) {
      float[] e = tensor(expected, entry);
      float[] f = tensor(found, entry);
      double largest = 0;
      for (float value : e) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < e.length; i++) {
        assertThat((double) f[i])
            .as("%s %s[%d]", spec, entry.name(), i)
            .isCloseTo(e[i], within(tolerance * largest));
      }
    }
  }

  public static float[] tensor(float[] flat, Entry entry) {
    return Arrays.copyOfRange(flat, (int) entry.offset(), (int) (entry.offset() + entry.size()));
  }

  public double[] output(double[] parameters, double[] input) {
    Reader reader = new Reader(parameters);
    double[] values = input;
    if (spec.architecture() instanceof Architecture.Mlp mlp) {
      for (int width : mlp.hidden()) {
        values = activated(mlp.activation(), reader.dense(values, width));
      }
    } else if (spec.architecture() instanceof Architecture.Cnn cnn) {
      InputShape shape = spec.input();
      for (int channels : cnn.channels()) {
        int height = shape.height() - cnn.kernel() + 1;
        int width = shape.width() - cnn.kernel() + 1;
        values =
            activated(cnn.activation(), reader.convolution(values, shape, channels, cnn.kernel()));
        values = pooled(values, channels, height, width);
        shape = new InputShape(channels, height / 2, width / 2);
      }
      for (int width : cnn.hidden()) {
        values = activated(cnn.activation(), reader.dense(values, width));
      }
    }
    double[] last = reader.dense(values, spec.outputs());
    reader.requireEnd();
    return switch (spec.loss()) {
      case CROSS_ENTROPY -> softmax(last);
      case BINARY_CROSS_ENTROPY -> activated(Activation.SIGMOID, last);
      case MEAN_SQUARED_ERROR -> last;
    };
  }

  public double loss(double[] parameters, Batch batch) {
    double sum = 0;
    int size = spec.input().size();
    for (int row = 0; row < batch.size(); row++) {
      double[] input = new double[size];
      for (int i = 0; i < size; i++) {
        input[i] = batch.inputs()[row * size + i];
      }
      double[] output = output(parameters, input);
      double target = batch.targets()[row];
      sum +=
          switch (spec.loss()) {
            case CROSS_ENTROPY -> -Math.log(output[(int) target]);
            case BINARY_CROSS_ENTROPY ->
                -target * Math.log(output[0]) - (1 - target) * Math.log(1 - output[0]);
            case MEAN_SQUARED_ERROR -> (output[0] - target) * (output[0] - target);
          };
    }
    return sum / batch.size();
  }

  /** Central finite differences. */
  public double[] gradient(double[] parameters, Batch batch) {
    double step = 1e-6;
    double[] moved = parameters.clone();
    double[] gradient = new double[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      moved[i] = parameters[i] + step;
      double above = loss(moved, batch);
      moved[i] = parameters[i] - step;
      double below = loss(moved, batch);
      moved[i] = parameters[i];
      gradient[i] = (above - below) / (2 * step);
    }
    return gradient;
  }

  private static double[] activated(Activation activation, double[] values) {
    return Arrays.stream(values)
        .map(
            x ->
                switch (activation) {
                  case RELU -> Math.max(0, x);
                  case TANH -> Math.tanh(x);
                  case SIGMOID -> 1 / (1 + Math.exp(-x));
                  case GELU -> x / (1 + Math.exp(-1.702 * x));
                  case IDENTITY -> x;
                })
        .toArray();
  }

  private static double[] pooled(double[] values, int channels, int height, int width) {
    double[] pooled = new double[channels * (height / 2) * (width / 2)];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y + 1 < height; y += 2) {
        for (int x = 0; x + 1 < width; x += 2) {
          int from = (c * height + y) * width + x;
          pooled[at++] =
              Math.max(
                  Math.max(values[from], values[from + 1]),
                  Math.max(values[from + width], values[from + width + 1]));
        }
      }
    }
    return pooled;
  }

  private static double[] softmax(double[] scores) {
    double most = Arrays.stream(scores).max().orElseThrow();
    double[] powers = Arrays.stream(scores).map(score -> Math.exp(score - most)).toArray();
    double total = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(power -> power / total).toArray();
  }

  /**
   * Reads tensors from the flat vector: each layer's weight (outputs, inputs, ...), then its bias.
   */
  private static final class Reader {
    private final double[] parameters;
    private int at;

    Reader(double[] parameters) {
      this.parameters = parameters;
    }

    double[] dense(double[] input, int outputs) {
      int weight = at;
      int bias = at + outputs * input.length;
      at = bias + outputs;
      double[] output = new double[outputs];
      for (int o = 0; o < outputs; o++) {
        output[o] = parameters[bias + o];
        for (int i = 0; i < input.length; i++) {
          output[o] += parameters[weight + o * input.length + i] * input[i];
        }
      }
      return output;
    }

    double[] convolution(double[] input, InputShape shape, int outputs, int kernel) {
      int perOutput = shape.channels() * kernel * kernel;
      int bias = at;
      int weight = bias + outputs;
      at = weight + outputs * perOutput;
      int height = shape.height() - kernel + 1;
      int width = shape.width() - kernel + 1;
      double[] output = new double[outputs * height * width];
      for (int o = 0; o < outputs; o++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            double sum = parameters[bias + o];
            for (int c = 0; c < shape.channels(); c++) {
              for (int ky = 0; ky < kernel; ky++) {
                for (int kx = 0; kx < kernel; kx++) {
                  sum +=
                      parameters[weight + o * perOutput + (c * kernel + ky) * kernel + kx]
                          * input[(c * shape.height() + y + ky) * shape.width() + x + kx];
                }
              }
            }
            output[(o * height + y) * width + x] = sum;
          }
        }
      }
      return output;
    }

    void requireEnd() {
      if (at != parameters.length) {
        throw new AssertionError("read " + at + " of " + parameters.length + " parameters");
      }
    }
  }
}
