package io.centroid.spark.explain;

import io.centroid.explain.Attribution;
import io.centroid.explain.GradientFunction;
import io.centroid.explain.MaskedText;
import io.centroid.explain.NetworkFunction;
import io.centroid.explain.TextNetwork;
import io.centroid.model.TrainedModel;
import io.centroid.random.Seed;
import io.centroid.report.ExplanationsRecord;
import io.centroid.report.ExplanationsRecord.Kind;
import io.centroid.report.ExplanationsRecord.OutputAttribution;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Explains predictions of a model in this JVM. An explanation depends only on model, example,
 * settings and background. Not thread-safe.
 */
public final class ExampleExplainer implements AutoCloseable {
  private final ExplainedModel model;
  private final TrainedModel trained;
  private final @Nullable NetworkFunction network;
  private final @Nullable TextNetwork texts;
  private final RowExplainer rows;
  private LongConsumer progress = ignored -> {};
  private long evaluations;

  /** Creates the network. */
  public ExampleExplainer(ExplainedModel model) throws IOException {
    this.model = model;
    this.trained = model.trained();
    this.rows = new RowExplainer(model, trained.normalization(), trained.network().input());
    this.network = model.kind() == Kind.TEXT ? null : NetworkFunction.of(trained);
    this.texts = model.kind() == Kind.TEXT ? TextNetwork.of(trained) : null;
  }

  /** About how often the model is evaluated to explain the example, at least once. */
  public long expectedEvaluations(Example example) {
    ExplainSettings settings = model.settings();
    int features =
        switch (model.kind()) {
          case IMAGE -> RowExplainer.SUPERPIXELS;
          case TABLE -> example.values().length;
          case TEXT -> new MaskedText(this::apply, example.text(), "").features();
        };
    boolean isOverBackground =
        switch (settings.method()) {
          case SHAP, EXACT -> true;
          case LIME -> model.kind() == Kind.IMAGE;
          case GRADIENTS -> false;
        };
    return settings.expectedSamples(features)
        * (isOverBackground ? Math.max(1, model.background().length) : 1);
  }

  /** As below, without progress reporting. */
  ExplanationsRecord.Example explain(Example example) throws IOException {
    return explain(example, ignored -> {});
  }

  /**
   * Explains the prediction for an example; the record has no picture yet.
   *
   * @param onEvaluations receives how often the model has been evaluated for the example so far
   */
  public ExplanationsRecord.Example explain(Example example, LongConsumer onEvaluations)
      throws IOException {
    progress = onEvaluations;
    evaluations = 0;
    long seed = Seed.of(model.settings().seed(), Seed.Purpose.EXPLANATION, example.key());
    if (texts != null) {
      MaskedText function = new MaskedText(this::apply, example.text(), "");
      double[] values = texts.apply(List.of(example.text()))[0];
      List<Attribution> found =
          model.settings().explainer(function.features(), seed).explain(function);
      int[] explained = explained(values);
      return record(
          example,
          values,
          List.of(),
          pieces(example.text(), function.words()),
          explained,
          IntStream.of(explained).mapToObj(found::get).toList());
    }
    if (network == null) {
      throw new IllegalStateException("neither texts nor rows");
    }
    float[] input = trained.normalization().imputed(example.values());
    double[] values = network.apply(new float[][] {input})[0];
    int[] explained = explained(values);
    List<Attribution> found = rows.explain(new Counted(network), input, explained, seed);
    return record(
        example,
        values,
        model.kind() == Kind.TABLE ? boxed(input) : List.of(),
        List.of(),
        explained,
        found);
  }

  private double[][] apply(List<String> batch) {
    double[][] outputs = Objects.requireNonNull(texts).apply(batch);
    count(batch.size());
    return outputs;
  }

  private void count(int more) {
    evaluations += more;
    progress.accept(evaluations);
  }

  /** The network, whose evaluations are counted. */
  private final class Counted implements GradientFunction {
    private final NetworkFunction function;

    Counted(NetworkFunction function) {
      this.function = function;
    }

    @Override
    public double[][] apply(float[][] batch) {
      double[][] outputs = function.apply(batch);
      count(batch.length);
      return outputs;
    }

    @Override
    public float[][] gradients(float[][] batch, int output) {
      float[][] gradients = function.gradients(batch, output);
      count(batch.length);
      return gradients;
    }
  }

  /** The outputs to explain: the configured one, else the largest, in descending order. */
  private int[] explained(double[] values) {
    return model.settings().output() >= 0
        ? new int[] {model.settings().output()}
        : IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -values[i]))
            .limit(Math.max(1, model.settings().outputs()))
            .mapToInt(i -> i)
            .toArray();
  }

  private ExplanationsRecord.Example record(
      Example example,
      double[] values,
      List<Double> inputs,
      List<String> words,
      int[] explained,
      List<Attribution> found) {
    List<OutputAttribution> attributions = new ArrayList<>();
    for (int i = 0; i < explained.length; i++) {
      Attribution attribution = found.get(i);
      attributions.add(
          new OutputAttribution(
              explained[i],
              attribution.base(),
              attribution.value(),
              finite(attribution.error()),
              finite(attribution.r2()),
              boxed(attribution.contributions())));
    }
    return new ExplanationsRecord.Example(
        example.name(),
        Float.isNaN(example.target()) ? null : model.target(example.target()),
        model.predicted(values),
        boxed(values),
        inputs,
        words,
        attributions,
        null);
  }

  /** Pieces of a text that begin with a word each, except for the first, and make up the text. */
  static List<String> pieces(String text, List<MaskedText.Word> words) {
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      int from = i == 0 ? 0 : words.get(i).start();
      int to = i + 1 < words.size() ? words.get(i + 1).start() : text.length();
      pieces.add(text.substring(from, to));
    }
    return pieces;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static List<Double> boxed(double[] values) {
    return DoubleStream.of(values).boxed().toList();
  }

  private static List<Double> boxed(float[] values) {
    return IntStream.range(0, values.length).mapToObj(i -> (double) values[i]).toList();
  }

  @Override
  public void close() {
    if (network != null) {
      network.close();
    }
    if (texts != null) {
      texts.close();
    }
  }
}
