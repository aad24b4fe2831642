package io.centroid.cli;

import io.centroid.InputException;
import io.centroid.config.RunConfig;
import io.centroid.data.HadoopFiles;
import io.centroid.run.DataLocation;
import io.centroid.run.TrainedModel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What names a trained model and the data to use it on. */
final class ModelOptions {
  @Parameters(
      index = "0",
      paramLabel = "RUN|CHECKPOINT",
      description = "Folder of a run (its newest checkpoint is taken) or of one checkpoint.")
  private String model;

  @Option(names = "--best", description = "Of a run, take the checkpoint with the best validation.")
  private boolean best;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Folder of IDX or CSV files, or a CSV file (default: the data of the run).")
  private @Nullable String data;

  @Option(names = "--format", paramLabel = "idx|csv|digits", description = "Format of --data.")
  private @Nullable String format;

  @Mixin private ConfigurationOptions configuration;

  String model() {
    return model;
  }

  boolean best() {
    return best;
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
    List<String> keys = new ArrayList<>(trained.dataKeys());
    keys.add("model.loss=" + lossName(trained));
    if (data != null) {
      keys.addAll(DataLocation.overrides(files, data, format));
    }
    keys.addAll(configuration.overrides());
    return RunConfig.load(null, keys);
  }

  /** Refuses data whose examples do not fit the model's input. */
  static void requireShape(TrainedModel trained, io.centroid.data.InputShape found) {
    if (found.size() != trained.network().input().size()) {
      throw new InputException(
          "data: an example is "
              + found
              + ", expected "
              + trained.network().input()
              + " as the model takes");
    }
  }

  private static String lossName(TrainedModel trained) {
    return switch (trained.network().loss()) {
      case CROSS_ENTROPY -> "cross-entropy";
      case BINARY_CROSS_ENTROPY -> "binary-cross-entropy";
      case MEAN_SQUARED_ERROR -> "mean-squared-error";
    };
  }
}
