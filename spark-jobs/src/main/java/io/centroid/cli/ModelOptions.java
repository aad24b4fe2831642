package io.centroid.cli;

import io.centroid.cli.options.RunOptions;
import io.centroid.config.RunConfig;
import io.centroid.device.Device;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.nn.matrix.Precision;
import io.centroid.run.data.DataConfiguration;
import io.centroid.run.device.DeviceChoice;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;

/** Options that locate a trained model and the data to evaluate or predict. */
final class ModelOptions {
  @Mixin private ModelLocation model;

  @Mixin private DataOptions data;

  @Mixin private RunOptions run;

  /** Loads the model for the engine and device that {@code compute} selects; auto is the CPU. */
  TrainedModel load(HadoopFiles files, Consumer<String> notes) throws IOException {
    RunConfig.Compute compute = engine().compute();
    Engines engines = Centroid.ENGINES.choose(compute.engine());
    return model.load(
        files,
        compute.device() == RunConfig.Compute.DeviceKind.CUDA
            ? engines.on(Device.Kind.CUDA)
            : engines,
        notes);
  }

  /**
   * A data set in shards, for a model that is evaluated.
   *
   * @throws InputException if {@code compute.device} is {@code cuda} and a GPU cannot be used
   */
  ShardedData sharded(Session session, TrainedModel trained, ShardSpec shards) {
    ShardedData sharded = session.shardedData(shards);
    if (trained.network().engine().device() == Device.Kind.CUDA) {
      try {
        DeviceChoice.examine(
            RunConfig.Compute.DeviceKind.CUDA,
            trained.network().engine(),
            Precision.FLOAT32,
            sharded::gpus,
            note -> {},
            detail -> {});
      } catch (InputException e) {
        sharded.close();
        throw e;
      }
    }
    return sharded;
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
