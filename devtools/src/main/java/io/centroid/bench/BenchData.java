package io.centroid.bench;

import io.centroid.config.RunConfig;
import io.centroid.data.ExampleSource;
import io.centroid.io.HadoopFiles;
import io.centroid.run.data.DataSources;
import java.util.ArrayList;
import java.util.List;

/** The training examples of a tournament, and the configuration that they are read by. */
public final class BenchData {
  private BenchData() {}

  /** The defaults of every run, with plain SGD at a constant rate and the data of the settings. */
  public static RunConfig configuration(BenchSettings settings) {
    List<String> keys =
        new ArrayList<>(
            List.of(
                "run.name=bench",
                "spark.master=local[" + settings.mostWorkers() + "]",
                "optimizer.name=sgd",
                "optimizer.learning-rate=" + settings.rate(),
                "optimizer.schedule.name=constant"));
    if (settings.data().isEmpty()) {
      keys.add("data.digits.train=" + settings.examples());
      keys.add("data.digits.test=0");
    } else {
      keys.add("data.format=idx");
      keys.add("data.path=" + settings.data());
    }
    return RunConfig.load(null, keys);
  }

  /** Finds the files; opens none. */
  public static ExampleSource source(RunConfig config, HadoopFiles files) {
    return DataSources.of(config.data(), config.model().loss(), files).source();
  }
}
