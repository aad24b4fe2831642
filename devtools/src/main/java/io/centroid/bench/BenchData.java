package io.centroid.bench;

import io.centroid.config.RunConfig;
import io.centroid.data.ExampleSource;
import io.centroid.io.HadoopFiles;
import io.centroid.run.data.DataSources;
import java.util.ArrayList;
import java.util.List;

/** Training examples of a benchmark and the configuration for reading them. */
public final class BenchData {
  private BenchData() {}

  /**
   * Returns the default configuration with plain SGD, a constant learning rate and the data of the
   * settings.
   */
  public static RunConfig configuration(BenchSettings settings) {
    List<String> keys =
        new ArrayList<>(
            List.of(
                "run.name=bench",
                "spark.master=local[" + settings.mostWorkers() + "]",
                "optimizer.name=sgd",
                "optimizer.learning-rate=" + settings.learningRate(),
                "optimizer.schedule.name=constant"));
    if (settings.data().isEmpty()) {
      keys.add("data.digits.train=" + settings.examples());
      keys.add("data.digits.test=0");
    } else {
      keys.add("data.format=idx");
      keys.add("data.path=" + settings.data());
    }
    keys.addAll(settings.spark());
    return RunConfig.load(null, keys);
  }

  /** Finds the files without opening them. */
  public static ExampleSource source(RunConfig config, HadoopFiles files) {
    return DataSources.of(config.data(), config.model().loss(), files).source();
  }
}
