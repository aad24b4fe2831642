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
  private @Nullable SourceSchema frozen;
  private @Nullable TableSchema table;
  private int classes = -1;

  /** Loads the champion; empty if there is none. */
  interface Champion {
    Optional<TrainedModel> load() throws IOException;
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
   * @param table columns and classes of the model that reads it; null to find them in the set
   */
  static DataSources frozen(
      RunConfig config,
      HadoopFiles files,
      List<DataFile> frozenFiles,
      @Nullable TableSchema table) {
    return sources(
        config,
        files,
        config.retrain().validation(),
        frozenParts(config, files, frozenFiles),
        table);
  }

  /**
   * Reads the frozen validation set, once.
   *
   * @throws InputException if it is damaged, has no examples or targets, or does not fit the
   *     champion
   */
  SourceSchema requireFrozen() throws IOException {
    SourceSchema known = frozen;
    if (known == null) {
      try {
        Optional<TrainedModel> model = champion.load();
        classes = model.map(found -> found.network().classes()).orElse(-1);
        DataSources sources =
            frozen(config, files, frozenFiles, model.map(TrainedModel::table).orElse(null));
        table = sources.table();
        known = examined(sources, null);
        requireFit(sources.source(), known, model);
      } catch (InputException e) {
        throw InputErrors.of("retrain.validation", String.valueOf(e.getMessage()), e);
      }
      frozen = known;
    }
    return known;
  }

  @Override
  public Optional<String> defect(DataIncrement increment) throws IOException {
    SourceSchema expected = requireFrozen();
    try {
      examined(sources(config, files, config.data().path(), increment.parts(), table), expected);
      return Optional.empty();
    } catch (InputException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private SourceSchema examined(DataSources sources, @Nullable SourceSchema expected) {
    ExampleSource source = sources.source();
    SourceSchema schema = source.schema(Split.TRAIN);
    String place = source.place(Split.TRAIN);
    sources.requireTargets(Split.TRAIN);
    if (expected != null
        && (!schema.shape().equals(expected.shape()) || schema.kind() != expected.kind())) {
      throw InputErrors.of(
          place,
          "an example",
          described(expected) + " as in retrain.validation",
          described(schema));
    }
    DataSummary summary;
    try (ShardedData data =
        cluster.apply(new ShardSpec(source, config.train().seed(), 0, config.train().workers()))) {
      summary = data.survey(Split.TRAIN);
    }
    if (summary.train() == 0) {
      throw InputErrors.of(place, "has no examples");
    }
    if (classes > 0 && summary.classes() > classes) {
      throw InputErrors.of(
          place,
          "label",
          "0.." + (classes - 1) + ", the classes of the champion",
          String.valueOf(summary.classes() - 1));
    }
    return schema;
  }

  private static void requireFit(
      ExampleSource source, SourceSchema schema, Optional<TrainedModel> model) {
    int wanted = model.map(found -> found.network().input().size()).orElse(schema.shape().size());
    if (schema.shape().size() != wanted) {
      throw InputErrors.of(
          source.place(Split.TRAIN),
          "an example",
          wanted + " values, the input size of the champion",
          String.valueOf(schema.shape().size()));
    }
  }

  private static DataSources sources(
      RunConfig config,
      HadoopFiles files,
      String place,
      List<String> parts,
      @Nullable TableSchema table) {
    RunConfig.Data data = config.data().at(place, parts).withTable(table);
    return DataSources.of(data, config.model().loss(), files);
  }

  private static String described(SourceSchema schema) {
    return schema.shape() + " of " + schema.kind().name().toLowerCase(java.util.Locale.ROOT);
  }
}
