package io.centroid.run.metrics;

import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code report.json}: what the report of a run shows in addition to its metrics,
 * configuration, result and manifests. It is written at the end of the run.
 *
 * @param finishedAt time of writing
 * @param environment what the run computed on, by name, such as java, spark and processor
 * @param classNames names of the classes; empty if they are numbered
 * @param evaluations last evaluation of each part, by {@code validation} and {@code test}
 * @param texts continuations of a language model's prompts, in the order of the prompts
 */
public record RunRecord(
    Instant finishedAt,
    Map<String, String> environment,
    List<String> classNames,
    Map<String, EvaluationRecord> evaluations,
    List<TextRecord> texts) {
  /** Name of the file in the run's folder. */
  public static final String FILE = "report.json";

  /**
   * An evaluation.
   *
   * @param metrics metrics by name
   * @param confusion {@code confusion[actual][predicted]}; empty if it is no classifier
   * @param areas areas under the curves of each class; empty if its scores were not counted
   * @param images shape of the mistakes' images as channels, height, width; null without mistakes
   * @param mistakes most confident mistakes first
   */
  public record EvaluationRecord(
      long examples,
      Map<String, Double> metrics,
      List<List<Long>> confusion,
      List<AreasRecord> areas,
      @Nullable List<Integer> images,
      List<MistakeRecord> mistakes) {}

  /**
   * Areas under the curves of a class against all others.
   *
   * @param averagePrecision area under the precision-recall curve; null without examples of the
   *     class
   * @param rocArea area under the ROC curve; null without examples of the class or of another
   */
  public record AreasRecord(@Nullable Double averagePrecision, @Nullable Double rocArea) {}

  /** A prompt and how the model continues it. */
  public record TextRecord(String prompt, String continuation) {}

  /**
   * A misclassified image.
   *
   * @param pixels pixels in Base64, channel by channel, row-major
   */
  public record MistakeRecord(int actual, int predicted, double probability, String pixels) {}

  /** The file's content. */
  public byte[] toJson() {
    return ChecksummedJson.UNVERSIONED.write(this);
  }

  /**
   * Reads the file.
   *
   * @throws InputException if it is not a valid record, or was changed after it was written
   */
  public static RunRecord parse(String file, byte[] content) {
    return ChecksummedJson.UNVERSIONED.read(file, content, RunRecord.class);
  }
}
