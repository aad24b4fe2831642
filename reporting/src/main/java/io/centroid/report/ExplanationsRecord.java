package io.centroid.report;

import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code explanations.json}: how much each input contributes to the outputs of a model for
 * some examples. Pictures are files in the same folder.
 *
 * @param model location of the model
 * @param method shap, exact, gradients or lime
 * @param seed seed of the sampling
 * @param samples maximum number of samples of an explanation
 * @param background number of examples that stand for an unknown input
 * @param kind what an example is
 * @param outputs names of the outputs: classes, or the target of a regression
 * @param features names of the features of a table; empty for other kinds
 * @param shape channels, height and width of images; empty for other kinds
 * @param examples explained examples
 * @param plots files with the importance of the features over all examples
 */
public record ExplanationsRecord(
    String model,
    String method,
    long seed,
    int samples,
    int background,
    Kind kind,
    List<String> outputs,
    List<String> features,
    List<Integer> shape,
    List<Example> examples,
    List<String> plots) {
  /** Name of the folder in a run's folder. */
  public static final String FOLDER = "explanations";

  /** Name of the file in that folder. */
  public static final String FILE = "explanations.json";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*\\.(png|svg|html)");

  /** What an example is. */
  public enum Kind {
    IMAGE,
    TABLE,
    TEXT
  }

  public ExplanationsRecord {
    Json.require(!outputs.isEmpty(), "outputs", "at least one name");
    Json.require(
        kind != Kind.IMAGE || shape.size() == 3 && shape.stream().allMatch(size -> size > 0),
        "shape",
        "three sizes above 0");
    Json.require(plots.stream().allMatch(ExplanationsRecord::isName), "plots", "names of files");
    for (Example example : examples) {
      Json.require(
          example.attributions().stream()
              .map(OutputAttribution::output)
              .allMatch(output -> output >= 0 && output < outputs.size()),
          "examples",
          "numbers of outputs below " + outputs.size());
    }
  }

  /**
   * An explained example.
   *
   * @param input name of the example, such as {@code test 3}
   * @param target name of its class, or its number; null if unknown
   * @param predicted name of the predicted class, or its number; null for a regression
   * @param values the model's outputs
   * @param inputs values of a table's row before normalization, the mean in place of a missing one;
   *     empty for other kinds
   * @param words pieces of a text, each with one word, which make up the text; empty for other
   *     kinds
   * @param attributions explained outputs, the most probable first
   * @param picture file with the picture of the example; null if there is none
   */
  public record Example(
      String input,
      @Nullable String target,
      @Nullable String predicted,
      List<Double> values,
      List<Double> inputs,
      List<String> words,
      List<OutputAttribution> attributions,
      @Nullable String picture) {

    public Example {
      Json.require(!attributions.isEmpty(), "attributions", "at least one");
      Json.require(
          picture == null || isName(picture), "picture", "the name of a file in the same folder");
      for (OutputAttribution attribution : attributions) {
        Json.require(
            words.isEmpty() || words.size() == attribution.contributions().size(),
            "contributions",
            words.size() + " numbers, one per word");
      }
    }

    /** The same with a picture. */
    public Example withPicture(String file) {
      return new Example(input, target, predicted, values, inputs, words, attributions, file);
    }
  }

  /**
   * Contributions to one output.
   *
   * @param output number of the output
   * @param base expected output if no input is known
   * @param value output for the example
   * @param error largest standard error of a contribution; 0 if they are exact; null if unknown
   * @param r2 share of the variance of the sampled outputs that the contributions explain; null if
   *     unknown
   * @param contributions contribution of each input: pixel (channel by channel, row-major), column,
   *     or word
   */
  public record OutputAttribution(
      int output,
      double base,
      double value,
      @Nullable Double error,
      @Nullable Double r2,
      List<Double> contributions) {

    /** The largest absolute contribution; 0 if there are none. */
    public double largest() {
      return contributions.stream().mapToDouble(Math::abs).max().orElse(0);
    }
  }

  private static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** The content of the file. */
  public byte[] toJson() {
    return ChecksummedJson.UNVERSIONED.write(this);
  }

  /**
   * Reads the file.
   *
   * @throws InputException if it is not a valid record, or was changed after it was written
   */
  public static ExplanationsRecord parse(String file, byte[] content) {
    return ChecksummedJson.UNVERSIONED.read(file, content, ExplanationsRecord.class);
  }
}
