package io.centroid.spark.explain;

import io.centroid.checkpoint.LayoutTensor;
import io.centroid.data.Normalization;
import io.centroid.error.InputException;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.report.ExplanationsRecord.Kind;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model with all that a task needs to explain its predictions, the parameters included: a task
 * reads no model files, so it needs no key of an encrypted model.
 *
 * @param place location of the model
 * @param names names of the classes, or that of a regression's target
 * @param features names of a table's columns; empty for other data
 * @param background rows that stand for unknown values, before normalization; none for texts
 */
public record ExplainedModel(
    String place,
    NetworkSpec network,
    List<LayoutTensor> layout,
    Normalization normalization,
    Map<String, byte[]> tokenizerFiles,
    float[] parameters,
    List<String> names,
    List<String> features,
    float[][] background,
    ExplainSettings settings)
    implements Serializable {

  /**
   * A model to explain; reads its parameters.
   *
   * @param names names of the outputs, see {@link #names(TrainedModel, List)}
   */
  public static ExplainedModel of(
      TrainedModel trained, List<String> names, float[][] background, ExplainSettings settings)
      throws IOException {
    return new ExplainedModel(
        trained.path(),
        trained.network(),
        trained.layout(),
        trained.normalization(),
        trained.tokenizerFiles(),
        trained.parameters(),
        names,
        kind(trained) == Kind.TABLE ? features(trained) : List.of(),
        background,
        settings);
  }

  /**
   * What the model's examples are.
   *
   * @throws InputException if it is a language model
   */
  public static Kind kind(TrainedModel trained) {
    if (trained.network().architecture() instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies()) {
      throw new InputException(
          trained.path() + ": a language model; explain needs a classifier or a regression");
    }
    return kind(trained.network());
  }

  private static Kind kind(NetworkSpec network) {
    if (network.architecture() instanceof Architecture.Gpt2) {
      return Kind.TEXT;
    }
    return network.input().height() > 1 ? Kind.IMAGE : Kind.TABLE;
  }

  public Kind kind() {
    return kind(network);
  }

  /**
   * Names of a model's classes, or of the target of its regression.
   *
   * @param classNames known names of the classes; empty if they are numbers
   */
  public static List<String> names(TrainedModel trained, List<String> classNames) {
    NetworkSpec network = trained.network();
    if (!network.loss().classifies()) {
      return List.of(trained.table() == null ? "prediction" : trained.table().target());
    }
    int classes = network.loss() == Loss.BINARY_CROSS_ENTROPY ? 2 : network.outputs();
    return classNames.size() == classes
        ? classNames
        : IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /**
   * Names of a model's outputs; that of a binary classifier is the probability of class 1.
   *
   * @param names see {@link #names(TrainedModel, List)}
   */
  public static List<String> outputs(TrainedModel trained, List<String> names) {
    return outputs(trained.network(), names);
  }

  private static List<String> outputs(NetworkSpec network, List<String> names) {
    return network.loss() == Loss.BINARY_CROSS_ENTROPY ? names.subList(1, 2) : names;
  }

  /** Names of the outputs. */
  public List<String> outputs() {
    return outputs(network, names);
  }

  /** A target for people: the name of a class, or a number. */
  String target(float target) {
    boolean isClass = network.loss().classifies() && target >= 0 && target < names.size();
    return isClass ? names.get((int) target) : Float.toString(target);
  }

  /**
   * The name of the predicted class; null for a regression.
   *
   * @param values the model's outputs
   */
  @Nullable String predicted(double[] values) {
    if (!network.loss().classifies()) {
      return null;
    }
    if (network.loss() == Loss.BINARY_CROSS_ENTROPY) {
      return names.get(values[0] >= 0.5 ? 1 : 0);
    }
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return names.get(largest);
  }

  private static List<String> features(TrainedModel trained) {
    int size = trained.network().input().size();
    return trained.table() != null && trained.table().features().size() == size
        ? trained.table().features()
        : IntStream.range(0, size).mapToObj(i -> "column " + i).toList();
  }

  /** The model itself. */
  TrainedModel trained() {
    return new TrainedModel(
        place,
        network,
        normalization,
        layout,
        0,
        0,
        Map.of(),
        List.of(),
        null,
        tokenizerFiles,
        Optional.empty(),
        () -> parameters);
  }
}
