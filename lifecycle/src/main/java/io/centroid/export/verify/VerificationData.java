package io.centroid.export.verify;

import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.error.InputException;
import io.centroid.export.ExportListener;
import io.centroid.export.ExportRequest;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import io.centroid.run.data.DataChoice;
import io.centroid.run.data.DataConfiguration;
import io.centroid.run.data.RealExamples;
import java.util.List;
import java.util.Optional;

/**
 * The examples that an export is verified on: real ones if the user names the data or it needs no
 * files, else random ones.
 *
 * @param source description of the source, for messages
 * @param real true for real examples
 */
public record VerificationData(Examples examples, String source, boolean real) {
  /** The size of MNIST's test set. */
  private static final int MAX_EXAMPLES = 10_000;

  private static final int MAX_TEXTS = 256;

  /** Few windows, since each token has logits for the whole vocabulary. */
  private static final int MAX_WINDOWS = 8;

  private static final int MAX_WINDOW = 128;
  private static final int RANDOM_EXAMPLES = 64;
  private static final long SEED = 20_260_101;

  /**
   * Reads or generates the examples.
   *
   * @throws InputException if the request names data that cannot be used
   */
  public static VerificationData of(ExportRequest request, ExportListener listener) {
    TrainedModel model = request.model();
    if (!request.data().equals(DataChoice.NONE)) {
      return real(request, model);
    }
    Optional<String> unnamed = unnamed(model);
    if (unnamed.isEmpty()) {
      return real(request, model);
    }
    listener.onNote("comparing on random inputs: " + unnamed.get());
    return random(model);
  }

  private static Optional<String> unnamed(TrainedModel model) {
    return "program".equals(model.dataKeys().get("data.format"))
        ? Optional.of("the model was trained on examples of a program")
        : DataConfiguration.unnamed(model);
  }

  private static VerificationData real(ExportRequest request, TrainedModel model) {
    DataChoice choice = request.data();
    int most = MAX_EXAMPLES;
    if (model.network().architecture() instanceof Architecture.Gpt2 gpt2) {
      most = gpt2.classifies() ? MAX_TEXTS : MAX_WINDOWS;
      if (!gpt2.classifies()) {
        int window = Math.min(MAX_WINDOW, gpt2.config().positions());
        choice = choice.with(List.of("data.block=" + window));
      }
    }
    RealExamples found = RealExamples.read(request.files(), model, choice, most);
    return new VerificationData(found.examples(), found.source(), true);
  }

  private static VerificationData random(TrainedModel model) {
    RandomStream random = new RandomStream(Seed.mix(SEED));
    if (model.network().architecture() instanceof Architecture.Gpt2 gpt2) {
      int width = Math.min(MAX_WINDOW, gpt2.config().positions());
      return texts(gpt2, width, random);
    }
    InputShape shape = model.network().input();
    Examples.Builder builder = new Examples.Builder(shape, SourceSchema.FeatureKind.NUMBERS);
    float[] row = new float[shape.size()];
    for (int i = 0; i < RANDOM_EXAMPLES; i++) {
      fill(row, model.normalization(), random);
      builder.addRow(row, Float.NaN);
    }
    return new VerificationData(
        builder.build(), RANDOM_EXAMPLES + " random inputs, no real examples", false);
  }

  /**
   * Fills a row so that the normalized values lie between -2 and 2, or between 0 and 1 if the mean
   * is 0.
   */
  private static void fill(float[] row, Normalization normalization, RandomStream random) {
    float[] mean = normalization.mean();
    float[] scale = normalization.scale();
    for (int i = 0; i < row.length; i++) {
      int feature = mean.length == 1 ? 0 : i;
      double normalized = mean[feature] == 0 ? random.nextDouble() : 4 * random.nextDouble() - 2;
      row[i] = (float) (mean[feature] + normalized / scale[feature]);
    }
  }

  private static VerificationData texts(Architecture.Gpt2 gpt2, int width, RandomStream random) {
    int count = gpt2.classifies() ? RANDOM_EXAMPLES : MAX_WINDOWS;
    Examples.Builder builder =
        new Examples.Builder(InputShape.row(width), SourceSchema.FeatureKind.TOKENS);
    for (int i = 0; i < count; i++) {
      int[] ids = new int[width + 1];
      for (int at = 0; at < ids.length; at++) {
        ids[at] = random.nextInt(gpt2.config().vocabulary());
      }
      if (gpt2.classifies()) {
        builder.addText(ids, 1 + random.nextInt(width), Float.NaN);
      } else {
        builder.addSpan(ids, ids.length);
      }
    }
    return new VerificationData(
        builder.build(), count + " texts of random tokens, no real examples", false);
  }
}
