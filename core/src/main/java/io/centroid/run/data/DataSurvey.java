package io.centroid.run.data;

import io.centroid.config.RunConfig;
import io.centroid.data.ClassNames;
import io.centroid.data.DataSummary;
import io.centroid.data.ExampleSink;
import io.centroid.data.Split;
import io.centroid.data.csv.TableSchema;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.NearestName;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.train.ShardedData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A survey of a run's data before training: all shards are read and checked against the
 * configuration.
 *
 * @param training summary of the training split, including its validation part
 * @param testExamples number of test examples; 0 if there are none
 * @param texts numbers of texts that are truncated to {@code data.block} tokens, or are empty
 * @param classNames class names in the order of their numbers; empty if classes are numbers
 * @param missing names of table columns with missing values
 */
public record DataSurvey(
    DataSummary training,
    long testExamples,
    ExampleSink.TextCounts texts,
    List<String> classNames,
    List<String> missing) {
  public DataSurvey {
    classNames = List.copyOf(classNames);
    missing = List.copyOf(missing);
  }

  /**
   * Reads all shards on the workers that will use them.
   *
   * @throws InputException if a file is damaged, or the data is not what the configuration says
   */
  public static DataSurvey of(RunConfig config, DataSources sources, ShardedData data) {
    // A header tells it without a task for each of too many workers.
    long declared = sources.source().schema(Split.TRAIN).count().orElse(Long.MAX_VALUE);
    requireEnough(config, "examples", declared);
    DataSummary training = data.survey(Split.TRAIN);
    List<String> names = sources.classNames();
    int named = names.size();
    requireEnough(config, "training examples", training.train());
    requireFewClasses(config, sources, Split.TRAIN, training);
    requireKnownClasses(config, training, named);
    requireSeveralClasses(config, sources, training);
    List<String> missing = missing(sources, training);
    if (!sources.hasTest()) {
      return new DataSurvey(training, 0, training.texts(), names, missing);
    }
    DataSummary test = data.survey(Split.TEST);
    requireFewClasses(config, sources, Split.TEST, test);
    requireSameKind(config, training, test, named);
    return new DataSurvey(
        training, test.train(), training.texts().plus(test.texts()), names, missing);
  }

  /** The summary for the user, in lines. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            Locale.ROOT,
            "%,d training, %,d validation and %,d test examples of %s",
            training.train(),
            training.validation(),
            testExamples,
            training.tokens() > 0
                ? String.format(Locale.ROOT, "%,d tokens", training.shape().size())
                : training.shape().toString()));
    if (!missing.isEmpty()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%,d missing values in %s are replaced by the mean of the column in training",
              Arrays.stream(training.missing()).sum(),
              NearestName.list(missing)));
    }
    notes.addAll(texts.notes(training.shape().size()));
    return notes;
  }

  /** The number of shards and their location, for the user. */
  public String placement(ShardedData data) {
    return String.format(
        Locale.ROOT, "%d shards on %s", training.shards().size(), data.description());
  }

  /** The number of outputs of a network for this data: classes, tokens, or 1 for a regression. */
  public int outputs(RunConfig config, Architecture architecture) {
    if (architecture instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies()) {
      return gpt2.config().vocabulary();
    }
    int outputs =
        switch (config.model().loss()) {
          case CROSS_ENTROPY -> classes(config, training, classNames.size());
          case BINARY_CROSS_ENTROPY, MEAN_SQUARED_ERROR -> 1;
        };
    if (outputs < 1) {
      throw new InputException(
          "data: the training examples have no labels, expected a class for each");
    }
    return outputs;
  }

  private static int classes(RunConfig config, DataSummary training, int named) {
    if (named > 0) {
      return named;
    }
    if (config.model().loss() == Loss.BINARY_CROSS_ENTROPY) {
      return 2;
    }
    return config.data().classes() > 0 ? config.data().classes() : training.classes();
  }

  private static void requireEnough(RunConfig config, String what, long count) {
    int workers = config.train().workers();
    if (count < workers) {
      throw new InputException(
          "train.workers must be at most the number of " + what + ", " + count + ": " + workers);
    }
  }

  /** Checks the limit before a network or a confusion matrix is allocated. */
  private static void requireFewClasses(
      RunConfig config, DataSources sources, Split split, DataSummary summary) {
    if (!classifies(config) || summary.tokens() > 0 || summary.classes() <= ClassNames.MOST) {
      return;
    }
    throw new InputException(
        String.format(
            Locale.ROOT,
            "%s: expected a class from 0 to %d (at most %,d classes), found %,d",
            sources.source().place(split, summary.largestKey()),
            ClassNames.MOST - 1,
            ClassNames.MOST,
            summary.classes() - 1L));
  }

  /** The table's columns with missing values. */
  private static List<String> missing(DataSources sources, DataSummary training) {
    List<String> names = new ArrayList<>();
    TableSchema table = sources.table();
    long[] missing = training.missing();
    for (int column = 0; table != null && column < missing.length; column++) {
      String name = table.features().get(column);
      if (missing[column] == training.train()) {
        throw InputErrors.of(
            sources.source().place(Split.TRAIN),
            "column "
                + NearestName.quote(name)
                + ": no training example has a value (data.csv.ignore leaves the column out)");
      }
      if (missing[column] > 0) {
        names.add(name);
      }
    }
    return names;
  }

  /**
   * One class cannot be distinguished from others; if the classes are known, some may be missing.
   */
  private static void requireSeveralClasses(
      RunConfig config, DataSources sources, DataSummary training) {
    boolean known = !sources.classNames().isEmpty() || config.data().classes() > 0;
    if (!classifies(config) || known) {
      return;
    }
    training
        .onlyTarget()
        .ifPresent(
            target -> {
              throw InputErrors.of(
                  sources.source().place(Split.TRAIN),
                  "labels: expected at least two distinct ones in training, found one: class "
                      + target.intValue()
                      + " (data.classes = 2 or more permits it)");
            });
  }

  private static void requireKnownClasses(RunConfig config, DataSummary training, int named) {
    if (named > 0) {
      int expected =
          config.model().loss() == Loss.BINARY_CROSS_ENTROPY ? 2 : config.data().classes();
      if (expected > 0 && named != expected) {
        throw new InputException(
            "data: the classes have "
                + named
                + " names, expected "
                + expected
                + " as model.loss or data.classes says");
      }
      return;
    }
    if (config.model().loss() == Loss.BINARY_CROSS_ENTROPY && training.classes() > 2) {
      throw new InputException(
          "data: the training examples have label "
              + (training.classes() - 1)
              + ", expected 0 or 1 (model.loss = binary-cross-entropy)");
    }
    int classes = config.data().classes();
    if (classifies(config) && classes > 0 && training.classes() > classes) {
      throw new InputException(
          "data.classes must be at least "
              + training.classes()
              + ", the largest label plus one: "
              + classes);
    }
  }

  private static void requireSameKind(
      RunConfig config, DataSummary training, DataSummary test, int named) {
    if (test.train() > 0 && !test.shape().equals(training.shape())) {
      throw new InputException(
          "data: a test example is "
              + test.shape()
              + ", expected "
              + training.shape()
              + " as in training");
    }
    int classes = classes(config, training, named);
    if (classifies(config) && test.classes() > classes) {
      throw new InputException(
          "data: the test examples have label "
              + (test.classes() - 1)
              + ", expected 0.."
              + (classes - 1)
              + " as in training");
    }
  }

  private static boolean classifies(RunConfig config) {
    return config.model().loss().classifies();
  }
}
