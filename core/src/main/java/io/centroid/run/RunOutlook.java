package io.centroid.run;

import io.centroid.config.RunConfig;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.device.Device;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import io.centroid.nn.NetworkSpec;
import io.centroid.optim.OptimizerSettings;
import io.centroid.run.data.DataSources;
import java.io.IOException;
import java.util.Optional;

/**
 * What a run will compute, as far as its configuration and the headers of its data tell. Nothing is
 * written, and no example is read.
 *
 * @param training schema of the training examples, including those held out for validation
 * @param test schema of the test examples; empty if there are none
 * @param network network with its engine on {@code compute.device}, on the CPU if that is auto
 * @param knowsOutputs whether the number of outputs is known; else it is that of {@link
 *     #ASSUMED_CLASSES}
 * @param optimizer inner optimizer, with a constant learning rate
 */
public record RunOutlook(
    DataSources sources,
    SourceSchema training,
    Optional<SourceSchema> test,
    NetworkSpec network,
    boolean knowsOutputs,
    OptimizerSettings optimizer) {
  /** Number of classes if only the labels tell it. */
  public static final int ASSUMED_CLASSES = 10;

  /** A run's network as far as it is known without the data. */
  public static final class Network {
    private final RunConfig config;
    private final HadoopFiles files;
    private final Engines engines;
    private final ResolvedNetwork network;

    private Network(RunConfig config, HadoopFiles files, Engines engines, ResolvedNetwork network) {
      this.config = config;
      this.files = files;
      this.engines = engines;
      this.network = network;
    }

    /**
     * Reads the headers of the data.
     *
     * @throws io.centroid.error.InputException if the data cannot be used
     */
    public RunOutlook withData() throws IOException {
      RunDirectory directory = RunDirectory.of(config, files, note -> {});
      DataSources sources =
          TrainingRun.sources(config, files, engines, network, directory.checkpoints());
      SourceSchema training = sources.source().schema(Split.TRAIN);
      Architecture architecture = network.architecture(sources.vocabulary());
      int outputs = outputs(config, architecture, sources);
      NetworkSpec spec =
          new NetworkSpec(
              architecture,
              training.shape(),
              outputs > 0 ? outputs : ASSUMED_CLASSES,
              config.model().loss(),
              config.train().seed(),
              engines.engine(architecture));
      return new RunOutlook(
          sources,
          training,
          sources.hasTest() ? Optional.of(sources.source().schema(Split.TEST)) : Optional.empty(),
          spec,
          outputs > 0,
          config.optimizer().steady());
    }
  }

  /**
   * Finds out about the network; {@link Network#withData} adds the data.
   *
   * @throws io.centroid.error.InputException if no engine, or not the chosen one, computes the
   *     network on the configured device
   */
  public static Network of(RunConfig config, HadoopFiles files, Engines engines)
      throws IOException {
    Engines chosen = engines.choose(config.compute().engine());
    Engines able =
        config.compute().device() == RunConfig.Compute.DeviceKind.CUDA
            ? chosen.on(Device.Kind.CUDA)
            : chosen;
    return new Network(config, files, able, ResolvedNetwork.of(config, files, able));
  }

  /** The number of outputs; 0 if only the labels tell it. */
  private static int outputs(RunConfig config, Architecture architecture, DataSources sources) {
    if (architecture instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies()) {
      return gpt2.config().vocabulary();
    }
    return switch (config.model().loss()) {
      case BINARY_CROSS_ENTROPY, MEAN_SQUARED_ERROR -> 1;
      case CROSS_ENTROPY ->
          config.data().format() == RunConfig.Data.Format.DIGITS
              ? ASSUMED_CLASSES
              : Math.max(config.data().classes(), sources.classNames().size());
    };
  }
}
