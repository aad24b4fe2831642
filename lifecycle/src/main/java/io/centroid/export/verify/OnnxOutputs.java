package io.centroid.export.verify;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Normalization;
import io.centroid.export.graph.LayersGraph;
import io.centroid.nn.Loss;
import io.centroid.onnx.OnnxLanguageModel;
import io.centroid.onnx.OnnxModel;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** Outputs of models in ONNX Runtime, which take raw examples. */
public final class OnnxOutputs {
  private OnnxOutputs() {}

  /** The outputs of a network over rows of values. */
  public static Outputs ofLayers(OnnxModel model, Loss loss) {
    return new Outputs() {
      @Override
      public float[] of(Examples examples, int from, int to) {
        Batch batch = new Batch(examples.shape(), to - from);
        batch.fill(examples, Normalization.NONE, from, to);
        return switch (loss) {
          case CROSS_ENTROPY -> model.run(batch.inputs(), batch.size(), LayersGraph.PROBABILITIES);
          case BINARY_CROSS_ENTROPY ->
              classOne(model.run(batch.inputs(), batch.size(), LayersGraph.PROBABILITIES));
          case MEAN_SQUARED_ERROR -> model.run(batch.inputs(), batch.size(), LayersGraph.OUTPUT);
        };
      }

      @Override
      public void close() {
        model.close();
      }
    };
  }

  /** The reference outputs hold only the probability of class 1. */
  private static float[] classOne(float[] pairs) {
    float[] classOne = new float[pairs.length / 2];
    for (int i = 0; i < classOne.length; i++) {
      classOne[i] = pairs[2 * i + 1];
    }
    return classOne;
  }

  /** The outputs of a text classifier. */
  public static Outputs ofClassifier(OnnxModel model) {
    return new Outputs() {
      @Override
      public float[] of(Examples examples, int from, int to) {
        Batch batch = new Batch(examples.shape(), to - from);
        batch.fill(examples, Normalization.NONE, from, to);
        int longest = Math.max(1, Arrays.stream(batch.lengths()).max().orElse(1));
        int rows = to - from;
        LongBuffer ids = LongBuffer.allocate(rows * longest);
        LongBuffer mask = LongBuffer.allocate(rows * longest);
        for (int row = 0; row < rows; row++) {
          for (int i = 0; i < longest; i++) {
            ids.put(batch.tokens()[row * batch.tokenStride() + i]);
            mask.put(i < batch.lengths()[row] ? 1 : 0);
          }
        }
        try (OnnxModel.Results results =
            model.run(
                Map.of(
                    OnnxLanguageModel.IDS,
                    new OnnxModel.Input.Integers(ids.flip(), rows, longest),
                    OnnxLanguageModel.MASK,
                    new OnnxModel.Input.Integers(mask.flip(), rows, longest)),
                Set.of(LayersGraph.PROBABILITIES))) {
          FloatBuffer buffer = results.floats(LayersGraph.PROBABILITIES);
          float[] values = new float[buffer.remaining()];
          buffer.get(values);
          return values;
        }
      }

      @Override
      public void close() {
        model.close();
      }
    };
  }

  /**
   * The outputs of a language model. A model with a cache gets each text in three parts, the last
   * of a single token, so that the cache is verified as well.
   */
  public static Outputs ofLanguage(OnnxLanguageModel model) {
    return new Outputs() {
      @Override
      public float[] of(Examples examples, int from, int to) {
        int[] ids = LanguageOutputs.tokens(examples, from, to);
        int last = Math.max(0, ids.length - 1);
        int[] cuts =
            model.hasCache()
                ? new int[] {0, last / 2, last, ids.length}
                : new int[] {0, ids.length};
        float[] all = new float[Math.multiplyExact(ids.length, model.vocabulary())];
        try (OnnxLanguageModel.Text text = model.text()) {
          for (int i = 0; i < cuts.length - 1; i++) {
            if (cuts[i] < cuts[i + 1]) {
              float[] scores = text.add(Arrays.copyOfRange(ids, cuts[i], cuts[i + 1]));
              System.arraycopy(scores, 0, all, cuts[i] * model.vocabulary(), scores.length);
            }
          }
        }
        return all;
      }

      @Override
      public void close() {
        model.close();
      }
    };
  }
}
