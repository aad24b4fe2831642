package io.centroid.bench.checkpoint;

import io.centroid.bench.BenchSettings;
import io.centroid.bench.Spread;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.SiteConfiguration;
import io.centroid.run.data.DataSources;
import io.centroid.train.LocalShardedData;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * Measures the overhead of a checkpoint after every round, by alternating runs with and without
 * checkpoints. Training occupies all threads, so that saving has no idle core.
 */
public final class CheckpointBench {
  private final CheckpointSettings settings;
  private final int runs;
  private final Consumer<String> progress;

  /**
   * Creates the benchmark.
   *
   * @param runs number of measured runs of each kind, after one warm-up run
   * @param progress receives one line per run
   */
  public CheckpointBench(CheckpointSettings settings, int runs, Consumer<String> progress) {
    this.settings = settings;
    this.runs = runs;
    this.progress = progress;
  }

  /** Measures all networks. Removes the checkpoints afterwards. */
  public CheckpointReport run(List<CheckpointedNetwork> networks) throws IOException {
    HadoopFiles files = new HadoopFiles(SiteConfiguration.load());
    Path folder =
        HadoopPath.child(files.path(settings.runDir()), "bench-checkpoint-" + UUID.randomUUID());
    RunConfig config = CheckpointedTraining.configuration(settings, networks.get(0));
    ShardSpec shards =
        new ShardSpec(
            DataSources.of(config.data(), config.model().loss(), files).source(),
            BenchSettings.SEED,
            0,
            settings.workers());
    List<CheckpointCost> costs = new ArrayList<>();
    try (ShardedData data = new LocalShardedData(shards, settings.workers())) {
      for (CheckpointedNetwork network : networks) {
        Path runDir = HadoopPath.child(folder, network.optimizer() + "-" + network.hidden());
        CheckpointStore store =
            CheckpointStore.of(runDir, files.configuration(), CheckpointListener.LOGGED);
        try (CheckpointWriter writer =
            store.writer(store.claim(LeaseTerms.usual()), Retention.last(3))) {
          costs.add(cost(new CheckpointedTraining(settings, network, data), network, writer));
        }
      }
    } finally {
      files.fileSystem(folder).delete(folder, true);
    }
    return new CheckpointReport(settings, runs, costs);
  }

  private CheckpointCost cost(
      CheckpointedTraining training, CheckpointedNetwork network, CheckpointWriter writer) {
    training.chooseLocalSteps();
    List<Double> with = new ArrayList<>();
    List<Double> without = new ArrayList<>();
    for (int run = 0; run <= runs; run++) {
      boolean savingFirst = run % 2 == 1;
      double first = training.run(savingFirst ? writer : null, settings.rounds());
      double second = training.run(savingFirst ? null : writer, settings.rounds());
      double saving = savingFirst ? first : second;
      double plain = savingFirst ? second : first;
      progress.accept(
          String.format(
              Locale.ROOT,
              "%s: %,d parameters, %s: a round %.0f ms with checkpoints, %.0f ms without",
              run == 0 ? "warm-up" : "run " + run + " of " + runs,
              training.parameters(),
              network.optimizer(),
              saving / 1e6,
              plain / 1e6));
      if (run == 0) {
        training.clearSaves();
      } else {
        with.add(saving / 1e6);
        without.add(plain / 1e6);
      }
    }
    return new CheckpointCost(
        network,
        training.parameters(),
        training.localSteps(),
        training.checkpointBytes(),
        Spread.of(with),
        Spread.of(without),
        Spread.ofRatios(with, without),
        Spread.of(training.saveMillis()),
        Spread.of(training.saveCpuMillis()));
  }
}
