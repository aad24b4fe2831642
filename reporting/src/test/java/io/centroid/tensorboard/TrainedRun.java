package io.centroid.tensorboard;

import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.run.RunObserver;
import io.centroid.run.TrainingRun;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** A run of a small network on the built-in digits with event files. */
final class TrainedRun {
  private TrainedRun() {}

  /** Trains to the end in this process, or resumes an interrupted run. */
  static RunResult train(Path run, String... settings) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "run.dir=" + run,
                "compute.workers=local",
                "data.digits.train=2000",
                "data.digits.test=200",
                "data.validation-split=0.1",
                "model.hidden=[16]",
                "train.workers=2",
                "train.local-steps=2",
                "train.batch-size=16",
                "train.epochs=12",
                "optimizer.learning-rate=0.1",
                "checkpoint.every-rounds=5"));
    all.addAll(Arrays.asList(settings));
    RunConfig config = RunConfig.load(null, all);
    return new TrainingRun(
            config,
            new HadoopFiles(new Configuration()),
            Engines.CPU,
            shards -> new LocalShardedData(shards, 2),
            RunObserver.NONE,
            List.of(new TensorBoard(Map.of(), () -> 0)))
        .execute();
  }

  /** Trains in a process that a test kills. */
  public static void main(String[] arguments) throws IOException {
    train(Path.of(arguments[0]), Arrays.copyOfRange(arguments, 1, arguments.length));
  }
}
