package io.centroid.run.data;

import io.centroid.config.RunConfig;
import io.centroid.data.ExampleSink;
import io.centroid.data.Examples;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TextTokenizer;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import java.util.Locale;

/**
 * A sample of a model's data before normalization, without missing values: the first examples of
 * the test part, or of the training part if there is no test part. For a corpus, windows of its
 * validation part, if it has one.
 *
 * @param examples examples with targets; NaN targets if the data has none
 * @param source description of their source for the user
 */
public record RealExamples(Examples examples, String source) {

  /** Stops reading once there are enough examples. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super("enough", null, false, false);
    }
  }

  /**
   * Reads at most {@code most} examples.
   *
   * @param choice the data; it must name a location, or accept the one that the model records
   * @throws InputException if the data does not exist, is damaged, or does not fit the model
   */
  public static RealExamples read(
      HadoopFiles files, TrainedModel model, DataChoice choice, int most) {
    RunConfig.Data data = DataConfiguration.of(model, choice).data();
    Loss loss = model.network().loss();
    boolean texts = data.format() == RunConfig.Data.Format.TEXTS;
    TextTokenizer tokenizer = texts ? TextTokenizer.of(model) : null;
    DataSources sources = DataSources.of(data, loss, files, tokenizer);
    Split split = sources.hasTest() ? Split.TEST : Split.TRAIN;
    SourceSchema schema = sources.source().schema(split);
    requireFit(model, sources, split);
    Collector collector = new Collector(schema, model.normalization(), most);
    try {
      sources.source().read(split, model.seed(), 0, 1, collector);
    } catch (Enough enough) {
      // All requested examples are read.
    }
    Examples examples = collector.examples();
    if (examples.count() == 0) {
      throw new InputException(
          sources.source().place(split) + ": expected at least one example, found none");
    }
    return new RealExamples(
        examples, collector.part(split) + " of " + sources.source().place(split));
  }

  private static void requireFit(TrainedModel model, DataSources sources, Split split) {
    if (model.network().architecture() instanceof Architecture.Gpt2
        && sources.source().schema(split).kind() != SourceSchema.FeatureKind.TOKENS) {
      throw new InputException("data: expected texts or tokens as the model takes");
    }
    ModelData.requireFit(model, sources, split);
  }

  private static final class Collector implements ExampleSink {
    private final SourceSchema schema;
    private final Normalization normalization;
    private final int most;
    private final Examples.Builder builder;
    private final Examples.Builder validationBuilder;
    private int count;
    private int validationCount;

    Collector(SourceSchema schema, Normalization normalization, int most) {
      this.schema = schema;
      this.normalization = normalization;
      this.most = most;
      this.builder = new Examples.Builder(schema.shape(), schema.kind());
      this.validationBuilder = new Examples.Builder(schema.shape(), schema.kind());
    }

    @Override
    public void image(long key, byte[] pixels, int offset, float target) {
      builder.addImage(pixels, offset, target);
      taken();
    }

    @Override
    public void row(long key, float[] values, float target) {
      builder.addRow(normalization.imputed(values), target);
      taken();
    }

    @Override
    public void text(long key, int[] tokens, int length, float target) {
      builder.addText(tokens, length, target);
      taken();
    }

    @Override
    public void span(long key, boolean validation, int[] tokens, int length) {
      int room = validation ? most - validationCount : most - count;
      int width = schema.shape().size();
      int taken = (int) Math.min(length, (long) room * width + 1);
      if (validation) {
        validationCount += validationBuilder.addSpan(tokens, taken);
      } else {
        count += builder.addSpan(tokens, taken);
      }
      if (validationCount >= most) {
        throw new Enough();
      }
    }

    private void taken() {
      count++;
      if (count >= most) {
        throw new Enough();
      }
    }

    Examples examples() {
      return validationCount > 0 ? validationBuilder.build() : builder.build();
    }

    String part(Split split) {
      if (validationCount > 0) {
        return String.format(Locale.ROOT, "%,d windows of the validation part", validationCount);
      }
      String part =
          switch (split) {
            case TEST -> "test";
            case TRAIN -> "training";
          };
      return String.format(Locale.ROOT, "%,d examples of the %s part", count, part);
    }
  }
}
