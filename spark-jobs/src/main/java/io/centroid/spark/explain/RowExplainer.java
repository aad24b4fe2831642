package io.centroid.spark.explain;

import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.explain.Attribution;
import io.centroid.explain.ExpectedGradients;
import io.centroid.explain.GradientFunction;
import io.centroid.explain.LimeTable;
import io.centroid.explain.MaskedModel;
import io.centroid.explain.image.Segments;
import io.centroid.report.ExplanationsRecord.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Explains outputs for rows of tables and images. The features of a table are its columns; those of
 * an image are its values with gradients, superpixels with LIME, else the squares of a grid. A
 * feature's contribution is spread evenly over its values.
 */
final class RowExplainer {
  /** Squares of an image's grid along its longer side. */
  private static final int SQUARES = 7;

  static final int SUPERPIXELS = 50;
  private static final double COMPACTNESS = 0.2;

  private final ExplainedModel model;
  private final InputShape shape;
  private final float[][] background;

  RowExplainer(ExplainedModel model, Normalization normalization, InputShape shape) {
    this.model = model;
    this.shape = shape;
    this.background = new float[model.background().length][];
    for (int i = 0; i < background.length; i++) {
      background[i] = normalization.imputed(model.background()[i]);
    }
  }

  /** Attributions to the values of a row, of each output in the list. */
  List<Attribution> explain(GradientFunction network, float[] input, int[] outputs, long seed)
      throws IOException {
    ExplainSettings settings = model.settings();
    if (settings.method() == ExplainSettings.Method.GRADIENTS) {
      ExpectedGradients gradients = new ExpectedGradients(settings.gradients(), seed);
      List<Attribution> found = new ArrayList<>();
      for (int output : outputs) {
        found.add(gradients.explain(network, input, background, output));
      }
      return found;
    }
    if (settings.method() == ExplainSettings.Method.LIME && model.kind() == Kind.TABLE) {
      List<Attribution> found =
          new LimeTable(settings.samples(shape.size()), 1, seed)
              .explain(network, input, background);
      return IntStream.of(outputs).mapToObj(found::get).toList();
    }
    List<int[]> features = features(input);
    List<Attribution> found =
        settings
            .explainer(features.size(), seed)
            .explain(new MaskedModel(network, input, background, features));
    return IntStream.of(outputs)
        .mapToObj(output -> spread(found.get(output), features, input.length))
        .toList();
  }

  private List<int[]> features(float[] input) {
    if (model.kind() != Kind.IMAGE) {
      return MaskedModel.columns(input.length);
    }
    int side = Math.max(shape.width(), shape.height());
    return model.settings().method() == ExplainSettings.Method.LIME
        ? Segments.superpixels(shape, input, SUPERPIXELS, COMPACTNESS)
        : Segments.grid(shape, (side + SQUARES - 1) / SQUARES);
  }

  private static Attribution spread(Attribution found, List<int[]> features, int size) {
    double[] contributions = new double[size];
    for (int feature = 0; feature < features.size(); feature++) {
      int[] values = features.get(feature);
      for (int value : values) {
        contributions[value] = found.contributions()[feature] / values.length;
      }
    }
    return new Attribution(found.base(), found.value(), contributions, found.error(), found.r2());
  }
}
