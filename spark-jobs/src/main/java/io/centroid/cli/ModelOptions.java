package io.centroid.cli;

import io.centroid.cli.options.RunOptions;
import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.run.data.DataConfiguration;
import java.io.IOException;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;

/** Options that locate a trained model and the data to evaluate or predict. */
final class ModelOptions {
  @Mixin private ModelLocation model;

  @Mixin private DataOptions data;

  @Mixin private RunOptions run;

  /** Loads the model for the engine that {@code compute.engine} selects. */
  TrainedModel load(HadoopFiles files, Consumer<String> notes) throws IOException {
    return model.load(files, Centroid.ENGINES.choose(engine().compute().engine()), notes);
  }

  /** Whether {@code --data} names data. */
  boolean namesData() {
    return data.isNamed();
  }

  /** Configuration before the model is loaded, from which Spark is started. */
  RunConfig engine() {
    return run.load(null);
  }

  /** Configuration of the data: the model's, overridden by {@code --data} and {@code --set}. */
  RunConfig dataConfiguration(HadoopFiles files, TrainedModel trained) {
    return DataConfiguration.of(trained, data.choice(files, trained).with(run.overrides()));
  }
}
