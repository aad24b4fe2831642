package io.centroid.cli.doctor;

import io.centroid.cli.Centroid;
import io.centroid.cli.process.ShellWord;
import io.centroid.config.RunConfig;
import io.centroid.data.SourceSchema;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.retrain.data.DataIncrements;
import io.centroid.run.RunOutlook;
import io.centroid.run.data.DataSources;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Checks of the data by the headers of its files. */
final class DataChecks {
  private static final String OTHER = "--set data.path=DIR";

  private DataChecks() {}

  /** Checks the data of a run. */
  static Outcome data(RunConfig config, Callable<RunOutlook> outlook) throws Exception {
    RunOutlook found;
    try {
      found = outlook.call();
    } catch (InputException | UncheckedIOException e) {
      return Outcome.of("cannot be used", List.of(unusable(config.data(), e)));
    }
    RunConfig.Train train = config.train();
    long examples = found.training().count().orElse(-1);
    double split = config.data().validationSplit();
    List<Finding> findings = new ArrayList<>();
    if (examples >= 0 && examples < train.workers()) {
      findings.add(
          Finding.of(
              examples + " training examples for " + train.workers() + " workers",
              "Workers without examples do nothing; a run without any stops.",
              "--set train.workers=" + Math.max(1, examples)));
    }
    String unlabeled = found.sources().unlabeledTest();
    if (unlabeled != null) {
      findings.add(unlabeled(config.data(), unlabeled));
    }
    boolean splits = found.sources().vocabulary() == null || found.training().count().isEmpty();
    if (splits && split > 0 && examples >= 0 && examples * split < 1) {
      findings.add(
          emptySplit(
              train,
              examples
                  + " training examples with data.validation-split = "
                  + split
                  + " are likely to leave none for validation"));
    } else if (splits && split == 0 && train.patience() > 0) {
      findings.add(emptySplit(train, "data.validation-split = 0: there is no validation set"));
    }
    return Outcome.of(described(config, found), findings);
  }

  private static Finding emptySplit(RunConfig.Train train, String found) {
    String why = "Checkpoints are compared, and training stops early, by its metrics.";
    String change = "--set data.validation-split=0.05";
    return train.patience() > 0 ? Finding.of(found, why, change) : Finding.note(found, why, change);
  }

  private static String described(RunConfig config, RunOutlook found) {
    return Json.spelling(config.data().format())
        + ": "
        + count(found.training(), "training")
        + found.test().map(test -> ", " + count(test, "test")).orElse("")
        + ", "
        + found.training().shape()
        + (found.knowsOutputs() ? ", " + found.network().outputs() + " outputs" : "");
  }

  private static String count(SourceSchema schema, String part) {
    return schema.count().isEmpty()
        ? part + " (not counted)"
        : String.format(Locale.ROOT, "%,d %s", schema.count().getAsLong(), part);
  }

  /** A table or texts to predict have no targets; images of a test set have labels elsewhere. */
  private static Finding unlabeled(RunConfig.Data data, String file) {
    String found = file + " has test examples without targets";
    String why = "The run is not evaluated on a test set, only on its validation examples.";
    if (data.format() != RunConfig.Data.Format.IDX) {
      return Finding.note(found, why, "--set data.test-file=FILE");
    }
    return Finding.of(
        found,
        why,
        data.trainFile().isEmpty()
            ? isMnist(data)
                ? fetch(data)
                : "cp LABELS "
                    + ShellWord.of(file.replaceFirst("images([-.])idx\\d", "labels$1idx1"))
            : "--set data.test-labels-file=FILE");
  }

  private static Finding unusable(RunConfig.Data data, Exception e) {
    Optional<String> option =
        e instanceof InputException input ? Finding.option(input) : Optional.empty();
    Stream<String> change =
        option.isPresent()
            ? option.stream()
            : Stream.concat(isMnist(data) ? Stream.of(fetch(data)) : Stream.of(), Stream.of(OTHER));
    return Finding.of(
        StorageFailure.explained(e),
        "The run stops before it starts, with this message.",
        change.toArray(String[]::new));
  }

  /** Whether the folder is one of MNIST itself, by its name. */
  private static boolean isMnist(RunConfig.Data data) {
    return data.format() == RunConfig.Data.Format.IDX
        && data.trainFile().isEmpty()
        && data.path().matches("(.*/)?mnist/*");
  }

  private static String fetch(RunConfig.Data data) {
    return Centroid.shellText(List.of("fetch", "mnist", "--out", data.path()));
  }

  /** Checks the data increments of {@code retrain}, and its frozen validation set. */
  static Outcome increments(RunConfig config, HadoopFiles files) {
    List<Finding> findings = new ArrayList<>();
    List<DataIncrements.Found> all = List.of();
    try {
      all = new DataIncrements(files, config.data(), config.retrain()).list();
      for (DataIncrements.Found increment : all) {
        requireReadable(config, files, increment, findings);
      }
    } catch (InputException | UncheckedIOException e) {
      findings.add(unusable(config.data(), e));
    }
    try {
      DataSources.inputs(
          config.data().at(config.retrain().validation()), config.model().loss(), files);
    } catch (InputException | UncheckedIOException e) {
      findings.add(
          Finding.of(
              "the frozen validation set: " + StorageFailure.explained(e),
              "Champion and challenger are compared on it.",
              "--set retrain.validation=DIR"));
    }
    long ready = all.stream().filter(increment -> increment.waits().isEmpty()).count();
    return Outcome.of(all.size() + " data increments, " + ready + " complete", findings);
  }

  private static void requireReadable(
      RunConfig config, HadoopFiles files, DataIncrements.Found increment, List<Finding> findings) {
    if (!increment.waits().isEmpty()) {
      findings.add(
          Finding.note(
              "data increment " + increment.name() + " waits: " + increment.waits(),
              "It is not trained on yet.",
              "--set retrain.marker=\"\" --set retrain.minimum-age=0"));
      return;
    }
    try {
      DataSources.inputs(
          config.data().at(config.data().path(), increment.parts()), config.model().loss(), files);
    } catch (InputException | UncheckedIOException e) {
      findings.add(unusable(config.data(), e));
    }
  }
}
