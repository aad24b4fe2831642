package io.centroid.nn.gpt2;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.MlpDefinitions;
import io.centroid.nn.kernels.SequenceKernels;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;

/**
 * Reference implementation of GPT-2's loss in double precision, after Hugging Face's modeling code.
 * It shares only the dropout masks with the learner.
 */
final class DoubleGpt2 {
  private final Gpt2Config config;
  private final int classes;
  private final Dropout dropout;
  private final DoubleUnaryOperator activation;
  private final Map<String, Integer> offsets = new HashMap<>();
  private final Map<String, float[]> drops = new HashMap<>();
  private double[] parameters = {};
  private int texts;
  private int sequenceLength;

  DoubleGpt2(Gpt2Config config, int classes, long dropoutSeed) {
    this.config = config;
    this.classes = classes;
    this.activation = MlpDefinitions.of(config.variant().activation());
    this.dropout = new Dropout(config.dropout(), dropoutSeed, 0);
    ParameterLayout layout = Gpt2Layout.of(config, classes);
    for (Entry entry : layout.entries()) {
      offsets.put(entry.name(), (int) entry.offset());
    }
  }

  /** Mean next-token cross-entropy; the last id of {@code rows[s]} is only a target. */
  double languageLoss(double[] values, int[][] rows) {
    double[][] states = states(values, rows, rows[0].length - 1);
    double loss = 0;
    for (int row = 0; row < texts * sequenceLength; row++) {
      int target = rows[row / sequenceLength][row % sequenceLength + 1];
      loss += crossEntropy(states[row], output(), config.vocabulary(), target);
    }
    return loss / (texts * sequenceLength);
  }

  /** Mean cross-entropy of the classes; all rows have the same length. */
  double classLoss(double[] values, int[][] rows, int[] lengths, int[] targets) {
    double[][] states = states(values, rows, rows[0].length);
    double loss = 0;
    for (int s = 0; s < texts; s++) {
      loss +=
          crossEntropy(
              states[s * sequenceLength + lengths[s] - 1], Gpt2Layout.SCORE, classes, targets[s]);
    }
    return loss / texts;
  }

  private String output() {
    return config.variant().tied() ? Gpt2Layout.TOKENS : Gpt2Layout.OUTPUT;
  }

  private double[][] states(double[] values, int[][] rows, int length) {
    parameters = values;
    texts = rows.length;
    sequenceLength = length;
    int width = config.width();
    double[][] x = new double[texts * sequenceLength][width];
    for (int row = 0; row < x.length; row++) {
      for (int i = 0; i < width; i++) {
        x[row][i] =
            at(Gpt2Layout.TOKENS, rows[row / sequenceLength][row % sequenceLength] * width + i)
                + at(Gpt2Layout.POSITIONS, row % sequenceLength * width + i);
      }
    }
    drop(Dropout.Site.EMBEDDING, 0, x);
    for (int layer = 0; layer < config.layers(); layer++) {
      String block = "transformer.h." + layer + ".";
      double[][] attended = attention(layer, dense(norm(x, block + "ln_1"), block + "attn.c_attn"));
      double[][] mixed = dense(attended, block + "attn.c_proj");
      drop(Dropout.Site.AFTER_ATTENTION, layer, mixed);
      add(x, mixed);
      double[][] hidden = dense(norm(x, block + "ln_2"), block + "mlp.c_fc");
      for (double[] row : hidden) {
        for (int i = 0; i < row.length; i++) {
          row[i] = activation.applyAsDouble(row[i]);
        }
      }
      double[][] output = dense(hidden, block + "mlp.c_proj");
      drop(Dropout.Site.AFTER_MLP, layer, output);
      add(x, output);
    }
    return norm(x, "transformer.ln_f");
  }

  private double[][] attention(int layer, double[][] qkv) {
    int width = config.width();
    int size = config.headWidth();
    double scale = config.variant().scalesAttention() ? 1 / Math.sqrt(size) : 1;
    scale = config.variant().scalesByLayer() ? scale / (layer + 1) : scale;
    double[][] scores = new double[texts * config.heads() * sequenceLength][sequenceLength];
    for (int row = 0; row < scores.length; row++) {
      int query = row / (config.heads() * sequenceLength) * sequenceLength + row % sequenceLength;
      int head = row / sequenceLength % config.heads();
      double sum = 0;
      for (int k = 0; k <= row % sequenceLength; k++) {
        int key = query - row % sequenceLength + k;
        double product = 0;
        for (int i = 0; i < size; i++) {
          product += qkv[query][head * size + i] * qkv[key][width + head * size + i];
        }
        scores[row][k] = Math.exp(product * scale);
        sum += scores[row][k];
      }
      for (int k = 0; k <= row % sequenceLength; k++) {
        scores[row][k] /= sum;
      }
    }
    drop(Dropout.Site.ATTENTION, layer, scores);
    double[][] mixed = new double[texts * sequenceLength][width];
    for (int row = 0; row < scores.length; row++) {
      int query = row / (config.heads() * sequenceLength) * sequenceLength + row % sequenceLength;
      int head = row / sequenceLength % config.heads();
      for (int k = 0; k <= row % sequenceLength; k++) {
        double[] value = qkv[query - row % sequenceLength + k];
        for (int i = 0; i < size; i++) {
          mixed[query][head * size + i] += scores[row][k] * value[2 * width + head * size + i];
        }
      }
    }
    return mixed;
  }

  private double[][] norm(double[][] x, String name) {
    int weight = offset(name + ".weight");
    int bias = offset(name + ".bias");
    double[][] out = new double[x.length][];
    for (int row = 0; row < x.length; row++) {
      double mean = java.util.Arrays.stream(x[row]).average().orElseThrow();
      double variance =
          java.util.Arrays.stream(x[row]).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      out[row] = new double[x[row].length];
      for (int i = 0; i < x[row].length; i++) {
        out[row][i] =
            (x[row][i] - mean) / Math.sqrt(variance + config.epsilon()) * parameters[weight + i]
                + parameters[bias + i];
      }
    }
    return out;
  }

  private double[][] dense(double[][] x, String name) {
    int weight = offset(name + ".weight");
    int bias = offset(name + ".bias");
    int outputs = (bias - weight) / x[0].length;
    double[][] out = new double[x.length][outputs];
    for (int row = 0; row < x.length; row++) {
      for (int o = 0; o < outputs; o++) {
        double sum = parameters[bias + o];
        for (int i = 0; i < x[row].length; i++) {
          sum += x[row][i] * parameters[weight + i * outputs + o];
        }
        out[row][o] = sum;
      }
    }
    return out;
  }

  private double crossEntropy(double[] state, String table, int rows, int target) {
    int start = offset(table);
    double sum = 0;
    double right = 0;
    for (int row = 0; row < rows; row++) {
      double score = 0;
      for (int i = 0; i < state.length; i++) {
        score += state[i] * parameters[start + row * state.length + i];
      }
      sum += Math.exp(score);
      right = row == target ? score : right;
    }
    return Math.log(sum) - right;
  }

  private static void add(double[][] x, double[][] y) {
    for (int row = 0; row < x.length; row++) {
      for (int i = 0; i < x[row].length; i++) {
        x[row][i] += y[row][i];
      }
    }
  }

  /** Applies the learner's dropout mask, obtained by applying it to ones. */
  private void drop(Dropout.Site site, int layer, double[][] x) {
    int columns = x[0].length;
    float[] factors =
        drops.computeIfAbsent(
            site + " " + layer + " " + texts + " " + columns * x.length,
            key -> factors(site, layer, x.length * columns));
    for (int i = 0; i < factors.length; i++) {
      x[i / columns][i % columns] *= factors[i];
    }
  }

  private float[] factors(Dropout.Site site, int layer, int count) {
    float[] factors = new float[count];
    java.util.Arrays.fill(factors, 1);
    FloatVector ones = FloatVector.allocate(count);
    ones.load(factors);
    dropout.apply(new SequenceKernels(), site, layer, count, ones, 0, 0, count / texts);
    ones.store(factors);
    return factors;
  }

  private double at(String name, int index) {
    return parameters[offset(name) + index];
  }

  private int offset(String name) {
    return Objects.requireNonNull(offsets.get(name), name);
  }
}
