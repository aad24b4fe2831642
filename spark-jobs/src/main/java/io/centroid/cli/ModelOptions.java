package io.centroid.cli;

import io.centroid.config.Extensions;
import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.run.data.DataLocation;
import io.centroid.run.data.ModelData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What names a trained model and the data to use it on. */
final class ModelOptions {
  @Mixin private ModelPlace model;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Folder of IDX, CSV or JSON Lines files, a CSV or JSON Lines file, or a prepared corpus"
              + " (default: the data of the run).")
  private @Nullable String data;

  @Option(
      names = "--format",
      paramLabel = "idx|csv|digits|tokens|texts",
      description = "Format of --data.")
  private @Nullable String format;

  @Mixin private ConfigurationOptions configuration;

  /** Opens the model, to be computed by the engine that {@code compute.engine} names. */
  TrainedModel load(HadoopFiles files) throws IOException {
    return model.load(files, Centroid.ENGINES.choose(engine().compute().engine()));
  }

  @Nullable String data() {
    return data;
  }

  /** The configuration before the model is known: what starts Spark. */
  RunConfig engine() {
    return RunConfig.load(null, configuration.overrides());
  }

  /**
   * The configuration that reads the data: the model's own, as changed by {@code --data} and {@code
   * --set}.
   */
  RunConfig dataConfiguration(HadoopFiles files, TrainedModel trained) {
    List<String> overrides = new ArrayList<>();
    if (data != null) {
      overrides.addAll(DataLocation.overrides(files, data, format, classifiesTexts(trained)));
    }
    overrides.addAll(configuration.overrides());
    return ModelData.configuration(trained, overrides, Extensions.NONE);
  }

  /** Whether the model takes texts and gives classes. */
  static boolean classifiesTexts(TrainedModel trained) {
    return trained.network().architecture() instanceof Architecture.Gpt2 gpt2 && gpt2.classifies();
  }
}
