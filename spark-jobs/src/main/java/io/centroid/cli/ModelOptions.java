package io.centroid.cli;

import io.centroid.cli.options.RunOptions;
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
import java.util.function.Consumer;
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
              + " corpus, any Hadoop URI (default: the data of the run).")
  private @Nullable String data;

  @Option(
      names = "--format",
      paramLabel = "idx|csv|digits|tokens|texts",
      description = "Format of --data.")
  private @Nullable String format;

  @Mixin private RunOptions run;

  /** Loads the model for the engine that {@code compute.engine} selects. */
  TrainedModel load(HadoopFiles files, Consumer<String> notes) throws IOException {
    return model.load(files, Centroid.ENGINES.choose(engine().compute().engine()), notes);
  }

  @Nullable String data() {
    return data;
  }

  /** Configuration before the model is loaded, from which Spark is started. */
  RunConfig engine() {
    return run.load(null);
  }

  /** Configuration of the data: the model's own, overridden by {@code --data} and {@code --set}. */
  RunConfig dataConfiguration(HadoopFiles files, TrainedModel trained) {
    List<String> overrides = new ArrayList<>();
    if (data != null) {
      overrides.addAll(DataLocation.overrides(files, data, format, classifiesTexts(trained)));
    }
    overrides.addAll(run.overrides());
    return ModelData.configuration(trained, overrides, Extensions.NONE);
  }

  /** True if the model is a text classifier. */
  static boolean classifiesTexts(TrainedModel trained) {
    return trained.network().architecture() instanceof Architecture.Gpt2 gpt2 && gpt2.classifies();
  }
}
