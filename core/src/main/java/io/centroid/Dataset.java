package io.centroid;

import io.centroid.data.ExampleSource;
import io.centroid.data.MemorySource;
import io.centroid.data.Normalization;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A data set to train on, to evaluate or to predict: files on any Hadoop file system, arrays in
 * memory, or a custom source. Nothing is read before it is used, and workers read their shards
 * themselves. Immutable: each method returns another.
 */
public final class Dataset {
  private final Map<String, Object> settings;
  private final @Nullable ExampleSource source;
  private final Targets targets;

  /** What is known of the targets before the network is. */
  enum Targets {
    CLASSES,
    NUMBERS,
    UNKNOWN
  }

  private Dataset(Map<String, Object> settings, @Nullable ExampleSource source, Targets targets) {
    this.settings = settings;
    this.source = source;
    this.targets = targets;
  }

  /**
   * A table with a header line: every column but the target is a number. Columns are standardized.
   *
   * @param path a CSV file, or a directory with train.csv and perhaps test.csv; gzipped or not
   * @param target name of the column with the class number, or the number of a regression
   */
  public static Dataset csv(String path, String target) {
    return files("csv", path)
        .set("data.csv.target", target)
        .set("data.csv.features", "numbers")
        .normalization(Normalization.Method.STANDARDIZE);
  }

  /**
   * Images as a table with one pixel, 0..255, per column, such as Kaggle's Digit Recognizer.
   *
   * @param path a CSV file, or a directory with train.csv and perhaps test.csv; gzipped or not
   * @param label name of the column with the class number
   */
  public static Dataset csvImages(String path, String label) {
    return files("csv", path).set("data.csv.target", label).set("data.csv.features", "pixels");
  }

  /**
   * Images in MNIST's IDX format.
   *
   * @param path directory with the files, gzipped or not
   */
  public static Dataset idx(String path) {
    return files("idx", path);
  }

  /** Built-in synthetic digits: 60,000 training and 10,000 test images of 28 x 28 pixels. */
  public static Dataset digits() {
    return digits(60_000, 10_000);
  }

  /**
   * Built-in synthetic digits.
   *
   * @param train number of training images
   * @param test number of test images
   */
  public static Dataset digits(int train, int test) {
    return new Dataset(Map.of("data.format", "digits"), null, Targets.CLASSES)
        .set("data.digits.train", train)
        .set("data.digits.test", test);
  }

  /**
   * A text corpus as {@code centroid prepare} writes it, for a language model.
   *
   * @param path directory of the corpus
   */
  public static Dataset corpus(String path) {
    return files("tokens", path);
  }

  /**
   * Labeled texts, for a text classifier.
   *
   * @param path a CSV or JSON Lines file, or a directory with train.csv or train.jsonl
   * @param text name of the column or field with the text
   * @param label name of the column or field with the class
   */
  public static Dataset texts(String path, String text, String label) {
    return files("texts", path).set("data.texts.text", text).set("data.texts.label", label);
  }

  /**
   * Classified examples in memory. Columns are standardized.
   *
   * @param rows values of each example, all of one length
   * @param classes class number of each example, from 0
   * @throws InputException if the arrays do not match, or a class is negative
   */
  public static Dataset of(float[][] rows, int[] classes) {
    float[] targets = new float[classes.length];
    for (int i = 0; i < targets.length; i++) {
      if (classes[i] < 0) {
        throw new InputException("the class of example " + i + " must be 0 or more: " + classes[i]);
      }
      targets[i] = classes[i];
    }
    return ofProgram(new MemorySource(rows, targets), Targets.CLASSES)
        .normalization(Normalization.Method.STANDARDIZE);
  }

  /**
   * Examples of a regression in memory. Columns are standardized.
   *
   * @param rows values of each example, all of one length
   * @param targets number of each example
   * @throws InputException if the arrays do not match, or a value is not finite
   */
  public static Dataset of(float[][] rows, float[] targets) {
    return ofProgram(new MemorySource(rows, targets), Targets.NUMBERS)
        .normalization(Normalization.Method.STANDARDIZE);
  }

  /** Examples of a custom source, without normalization. */
  public static Dataset of(ExampleSource source) {
    return ofProgram(source, Targets.UNKNOWN).normalization(Normalization.Method.NONE);
  }

  /**
   * Holds examples out for validation.
   *
   * @param probability of each training example, from 0 to below 1; 0.05 if it is not set
   */
  public Dataset validationSplit(double probability) {
    return set("data.validation-split", probability);
  }

  /** How values are normalized. */
  public Dataset normalization(Normalization.Method method) {
    return set("data.normalization", Json.spelling(method));
  }

  /**
   * Sets a key of the {@code data} group of {@code reference.conf}.
   *
   * @param key such as {@code data.block}
   */
  public Dataset set(String key, Object value) {
    if (!key.startsWith("data.")) {
      throw new InputException("a key of a data set must begin with data.: " + key);
    }
    Map<String, Object> changed = new TreeMap<>(settings);
    changed.put(key, value);
    return new Dataset(changed, source, targets);
  }

  private static Dataset files(String format, String path) {
    return new Dataset(Map.of("data.format", format, "data.path", path), null, Targets.UNKNOWN);
  }

  private static Dataset ofProgram(ExampleSource source, Targets targets) {
    return new Dataset(Map.of("data.format", "program"), source, targets);
  }

  Targets targets() {
    return targets;
  }

  Map<String, Object> settings() {
    return settings;
  }

  @Nullable ExampleSource source() {
    return source;
  }
}
