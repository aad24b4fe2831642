package io.centroid.cli;

import io.centroid.InputException;
import io.centroid.config.RunConfig;
import io.centroid.data.InputShape;
import io.centroid.data.Split;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.model.TrainedModel;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Architecture;
import io.centroid.run.data.DataLocation;
import io.centroid.run.data.DataSources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that locate a trained model and the data to evaluate or predict. */
final class ModelOptions {
  @Mixin private ModelLocation model;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Data: a folder of IDX, CSV or JSON Lines files, a CSV or JSON Lines file, or a prepared"
              + " corpus (default: the data of the run).")
  private @Nullable String data;

  @Option(
      names = "--format",
      paramLabel = "idx|csv|digits|tokens|texts",
      description = "Format of --data.")
  private @Nullable String format;

  @Mixin private ConfigurationOptions configuration;

  /** Loads the model for the engine that {@code compute.engine} selects. */
  TrainedModel load(HadoopFiles files) throws IOException {
    return model.load(files, Centroid.ENGINES.choose(engine().compute().engine()));
  }

  @Nullable String data() {
    return data;
  }

  /** Configuration before the model is loaded, from which Spark is started. */
  RunConfig engine() {
    return RunConfig.load(null, configuration.overrides());
  }

  /** Configuration of the data: the model's own, overridden by {@code --data} and {@code --set}. */
  RunConfig dataConfiguration(HadoopFiles files, TrainedModel trained) {
    List<String> keys = new ArrayList<>(trained.dataKeys());
    keys.add("model.loss=" + Json.spelling(trained.network().loss()));
    if (trained.network().architecture() instanceof Architecture.Gpt2) {
      keys.add("model.name=gpt2");
    }
    if (data != null) {
      keys.addAll(DataLocation.overrides(files, data, format, classifiesTexts(trained)));
    }
    keys.addAll(configuration.overrides());
    return RunConfig.load(null, keys);
  }

  /** True if the model is a text classifier. */
  static boolean classifiesTexts(TrainedModel trained) {
    return trained.network().architecture() instanceof Architecture.Gpt2 gpt2 && gpt2.classifies();
  }

  /** Checks that the examples have the model's input shape. */
  static void requireFit(TrainedModel trained, DataSources sources, Split split) {
    InputShape found = sources.source().schema(split).shape();
    if (trained.network().architecture() instanceof Architecture.Gpt2 gpt2) {
      requireText(trained, gpt2, sources, found.size());
      return;
    }
    if (found.size() != trained.network().input().size()) {
      throw new InputException(
          "data: an example is "
              + found
              + ", expected "
              + trained.network().input()
              + ", the input shape of the model");
    }
  }

  private static void requireText(
      TrainedModel trained, Architecture.Gpt2 gpt2, DataSources sources, int block) {
    if (block > gpt2.config().positions()) {
      throw new InputException(
          "data.block must be at most the model's positions, "
              + gpt2.config().positions()
              + ": "
              + block);
    }
    Vocabulary vocabulary = sources.vocabulary();
    if (vocabulary != null) {
      vocabulary.requireKnownTo(trained.path(), trained.tokenizerFiles(), gpt2.config());
    }
  }
}
