package io.centroid.retrain;

import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.data.ExampleSource;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.csv.TableSchema;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.registry.DataFile;
import io.centroid.retrain.data.DataIncrement;
import io.centroid.run.data.DataSources;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frozen validation set and new data increments before an attempt, since what cannot be
 * used must not be found after hours of training.
 */
final class DataExamination implements Plan.Examination {
  private final RunConfig config;
  private final HadoopFiles files;
  private final Function<ShardSpec, ShardedData> cluster;
  private final List<DataFile> frozenFiles;
  private final Champion champion;
  private @Nullable Expectation expectation;

  /** Loads the champion; empty if there is none. */
  interface Champion {
    Optional<TrainedModel> load() throws IOException;
  }

  /**
   * What all data of an attempt must be: what the champion reads, or without a champion what the
   * frozen set is. The challenger is trained with the same columns and classes as were examined.
   *
   * @param table columns and class names; null if the data is no table
   * @param classes number of classes; 0 for a regression
   */
  record Expectation(SourceSchema schema, @Nullable TableSchema table, int classes) {
    /** A configuration that reads data so. It does not change the run's identity. */
    RunConfig of(RunConfig config) {
      RunConfig read = table == null ? config : config.withTable(table);
      return config.data().classes() > 0 ? read : read.withClasses(classes);
    }
  }

  /**
   * @param frozenFiles files of the frozen validation set
   */
  DataExamination(
      RunConfig config,
      HadoopFiles files,
      Function<ShardSpec, ShardedData> cluster,
      List<DataFile> frozenFiles,
      Champion champion) {
    this.config = config;
    this.files = files;
    this.cluster = cluster;
    this.frozenFiles = frozenFiles;
    this.champion = champion;
  }

  /**
   * The files of the frozen set below {@code retrain.validation} that are its parts; none for one
   * source.
   */
  static List<String> frozenParts(RunConfig config, HadoopFiles files, List<DataFile> frozenFiles) {
    boolean folder = files.status(files.path(config.retrain().validation())).isDirectory();
    return folder && config.data().format() == RunConfig.Data.Format.CSV
        ? frozenFiles.stream().map(DataFile::name).toList()
        : List.of();
  }

  /**
   * The frozen validation set: like a data increment, all CSV files of its folder.
   *
   * @param model model that reads it; empty to find columns and classes in the set
   */
  static DataSources frozen(
      RunConfig config,
      HadoopFiles files,
      List<DataFile> frozenFiles,
      Optional<TrainedModel> model) {
    RunConfig.Data data =
        config.data().at(config.retrain().validation(), frozenParts(config, files, frozenFiles));
    return DataSources.of(
        model.isPresent() ? data.withTable(model.get().table()) : data,
        config.model().loss(),
        files);
  }

  /**
   * Reads the frozen validation set, once.
   *
   * @throws InputException if it is damaged, has no examples or targets, or does not fit the
   *     champion
   */
  Expectation requireFrozen() throws IOException {
    Expectation known = expectation;
    if (known == null) {
      try {
        known = ofFrozen(champion.load());
      } catch (InputException e) {
        throw InputErrors.of("retrain.validation", String.valueOf(e.getMessage()), e);
      }
      expectation = known;
    }
    return known;
  }

  private Expectation ofFrozen(Optional<TrainedModel> model) {
    DataSources sources = frozen(config, files, frozenFiles, model);
    SourceSchema schema = sources.source().schema(Split.TRAIN);
    DataSummary summary = survey(sources);
    if (model.isPresent()) {
      int classes = model.get().network().classes();
      requireFit(sources.source(), schema, model.get());
      requireClasses(sources.source(), summary, classes, "the champion");
      return new Expectation(schema, sources.table(), classes);
    }
    int named = sources.classNames().size();
    int found = Math.max(named, Math.max(2, summary.classes()));
    int classes = config.model().loss().classes(Math.max(config.data().classes(), found));
    return new Expectation(schema, sources.table(), classes);
  }

  @Override
  public Optional<String> defect(DataIncrement increment) throws IOException {
    Expectation expected = requireFrozen();
    RunConfig.Data data = expected.of(config).data().at(config.data().path(), increment.parts());
    try {
      DataSources sources = DataSources.of(data, config.model().loss(), files);
      requireSame(sources.source(), expected.schema());
      requireClasses(
          sources.source(), survey(sources), expected.classes(), "the champion or the frozen set");
      return Optional.empty();
    } catch (InputException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Reads all examples. */
  private DataSummary survey(DataSources sources) {
    ExampleSource source = sources.source();
    sources.requireTargets(Split.TRAIN);
    DataSummary summary;
    try (ShardedData data =
        cluster.apply(new ShardSpec(source, config.train().seed(), 0, config.train().workers()))) {
      summary = data.survey(Split.TRAIN);
    }
    if (summary.train() == 0) {
      throw InputErrors.of(source.place(Split.TRAIN), "has no examples");
    }
    return summary;
  }

  private static void requireSame(ExampleSource source, SourceSchema expected) {
    SourceSchema schema = source.schema(Split.TRAIN);
    if (!schema.shape().equals(expected.shape()) || schema.kind() != expected.kind()) {
      throw InputErrors.of(
          source.place(Split.TRAIN),
          "an example",
          described(expected) + " as in retrain.validation",
          described(schema));
    }
  }

  private static void requireClasses(
      ExampleSource source, DataSummary summary, int classes, String whose) {
    if (classes > 0 && summary.classes() > classes) {
      throw InputErrors.of(
          source.place(Split.TRAIN),
          "label",
          "0.." + (classes - 1) + ", the classes of " + whose,
          String.valueOf(summary.classes() - 1));
    }
  }

  private static void requireFit(ExampleSource source, SourceSchema schema, TrainedModel model) {
    int wanted = model.network().input().size();
    if (schema.shape().size() != wanted) {
      throw InputErrors.of(
          source.place(Split.TRAIN),
          "an example",
          wanted + " values, the input size of the champion",
          String.valueOf(schema.shape().size()));
    }
  }

  private static String described(SourceSchema schema) {
    return schema.shape() + " of " + schema.kind().name().toLowerCase(java.util.Locale.ROOT);
  }
}
