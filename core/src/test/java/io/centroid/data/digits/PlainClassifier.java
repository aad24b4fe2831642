package io.centroid.data.digits;

import java.util.SplittableRandom;

/**
 * Softmax regression, or a network with one hidden ReLU layer, trained by Adam, to measure the
 * difficulty of a data set. It is independent of the code under test.
 */
final class PlainClassifier {
  private static final int BATCH = 64;
  private static final int CLASSES = 10;

  private final int hidden;
  private final Layer first;
  private final Layer second;

  /**
   * @param hidden number of hidden units; 0 for softmax regression
   */
  PlainClassifier(int inputs, int hidden, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    this.hidden = hidden;
    this.first = new Layer(inputs, hidden == 0 ? CLASSES : hidden, random);
    this.second = new Layer(Math.max(1, hidden), CLASSES, random);
  }

  /** Trains one epoch over the shuffled examples. */
  void epoch(float[][] images, int[] digits, float learningRate, SplittableRandom random) {
    int[] order = new int[images.length];
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    for (int i = 0; i < order.length; i++) {
      backward(images[order[i]], digits[order[i]]);
      if ((i + 1) % BATCH == 0) {
        first.step(learningRate);
        second.step(learningRate);
      }
    }
  }

  double accuracy(float[][] images, int[] digits) {
    int correct = 0;
    for (int i = 0; i < images.length; i++) {
      float[] scores = scores(images[i]);
      int best = 0;
      for (int k = 1; k < CLASSES; k++) {
        best = scores[k] > scores[best] ? k : best;
      }
      correct += best == digits[i] ? 1 : 0;
    }
    return correct / (double) images.length;
  }

  private float[] scores(float[] image) {
    float[] out = first.forward(image);
    if (hidden == 0) {
      return out;
    }
    for (int i = 0; i < hidden; i++) {
      out[i] = Math.max(0, out[i]);
    }
    return second.forward(out);
  }

  private void backward(float[] image, int digit) {
    float[] scores = scores(image);
    float most = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      most = Math.max(most, score);
    }
    float total = 0;
    float[] gradient = new float[CLASSES];
    for (int k = 0; k < CLASSES; k++) {
      gradient[k] = (float) Math.exp(scores[k] - most);
      total += gradient[k];
    }
    for (int k = 0; k < CLASSES; k++) {
      gradient[k] = (gradient[k] / total - (k == digit ? 1 : 0)) / BATCH;
    }
    if (hidden == 0) {
      first.collect(image, gradient);
      return;
    }
    float[] units = first.out;
    second.collect(units, gradient);
    float[] below = second.backward(gradient);
    for (int i = 0; i < hidden; i++) {
      below[i] = units[i] > 0 ? below[i] : 0;
    }
    first.collect(image, below);
  }

  private static final class Layer {
    private static final float BETA_1 = 0.9f;
    private static final float BETA_2 = 0.999f;

    private final int in;
    private final int outs;
    private final float[] weights;
    private final float[] gradients;
    private final float[] mean;
    private final float[] square;
    private final float[] out;
    private int steps;

    Layer(int in, int outs, SplittableRandom random) {
      this.in = in;
      this.outs = outs;
      int length = (in + 1) * outs;
      weights = new float[length];
      gradients = new float[length];
      mean = new float[length];
      square = new float[length];
      out = new float[outs];
      float scale = (float) Math.sqrt(6.0 / (in + outs));
      for (int i = 0; i < in * outs; i++) {
        weights[i] = (float) (random.nextDouble() * 2 - 1) * scale;
      }
    }

    float[] forward(float[] values) {
      System.arraycopy(weights, in * outs, out, 0, outs);
      for (int i = 0; i < in; i++) {
        float value = values[i];
        if (value != 0) {
          for (int j = 0, at = i * outs; j < outs; j++, at++) {
            out[j] += value * weights[at];
          }
        }
      }
      return out;
    }

    void collect(float[] values, float[] gradient) {
      for (int i = 0; i <= in; i++) {
        float value = i == in ? 1 : values[i];
        if (value != 0) {
          for (int j = 0, at = i * outs; j < outs; j++, at++) {
            gradients[at] += value * gradient[j];
          }
        }
      }
    }

    float[] backward(float[] gradient) {
      float[] below = new float[in];
      for (int i = 0; i < in; i++) {
        for (int j = 0, at = i * outs; j < outs; j++, at++) {
          below[i] += weights[at] * gradient[j];
        }
      }
      return below;
    }

    void step(float learningRate) {
      steps++;
      float fromZero =
          (float) (Math.sqrt(1 - Math.pow(BETA_2, steps)) / (1 - Math.pow(BETA_1, steps)));
      for (int i = 0; i < weights.length; i++) {
        mean[i] = BETA_1 * mean[i] + (1 - BETA_1) * gradients[i];
        square[i] = BETA_2 * square[i] + (1 - BETA_2) * gradients[i] * gradients[i];
        weights[i] -= learningRate * fromZero * mean[i] / ((float) Math.sqrt(square[i]) + 1e-7f);
        gradients[i] = 0;
      }
    }
  }
}
