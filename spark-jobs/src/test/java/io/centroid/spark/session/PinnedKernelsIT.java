package io.centroid.spark.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Dataset;
import io.centroid.Networks;
import io.centroid.Trainer;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.nn.CpuEngine;
import io.centroid.run.RunObserver;
import io.centroid.spark.LocalCluster;
import io.centroid.spark.SparkCluster;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors, as processes of their own, with pinned kernels that the driver does not use. */
class PinnedKernelsIT {
  private static final String PINNED = "NEHALEM";

  @TempDir private Path folder;

  @Test
  void executorsComputeWithThePinnedKernels() throws Exception {
    SparkConf conf =
        SparkContexts.configured(
            RunConfig.load(
                null,
                List.of("spark.master=local-cluster[2,1,1024]", "compute.cpu-kernels=" + PINNED)),
            new SparkConf(false));
    try (LocalCluster cluster = LocalCluster.start(folder.resolve("home"), conf)) {
      cluster.awaitExecutors(2);
      Seen seen = new Seen();
      trainer(cluster, seen).train(Dataset.digits(400, 20)).close();
      assertThat(seen.kernels).hasSize(4).allMatch(line -> line.contains(" " + PINNED + ","));
      assertThat(seen.notes)
          .filteredOn(note -> note.startsWith("worker 0 computes with {"))
          .singleElement()
          .asString()
          .endsWith("; compute.cpu-kernels pins the kernels of all machines");

      assertThatThrownBy(
              () ->
                  trainer(cluster, seen)
                      .set("compute.cpu-kernels", PINNED)
                      .train(Dataset.digits(400, 20)))
          .isInstanceOf(InputException.class)
          .hasMessageEndingWith("export OPENBLAS_CORETYPE=" + PINNED);

      String own = new CpuEngine().versions().getOrDefault("blas", "").replaceFirst(".* ", "");
      Path run = folder.resolve("run");
      assertThatThrownBy(
              () ->
                  trainer(cluster, seen)
                      .set("compute.cpu-kernels", own)
                      .checkpointTo(run.toString())
                      .train(Dataset.digits(400, 20)))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("worker 0 computes with {")
          .hasMessageContaining(
              "compute.cpu-kernels = " + own + " needs spark.executorEnv.OPENBLAS_CORETYPE=" + own);
      assertThat(run.resolve("checkpoints")).isDirectoryNotContaining("glob:**step-*");
    }
  }

  private static Trainer trainer(LocalCluster cluster, RunObserver observer) {
    return Trainer.of(Networks.mlp(784, 16, 10))
        .workers(2)
        .localSteps(1)
        .steps(2)
        .on(SparkCluster.of(cluster.spark()))
        .listener(observer);
  }

  private static final class Seen implements RunObserver {
    final List<String> kernels = new ArrayList<>();
    final List<String> notes = new ArrayList<>();

    @Override
    public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
      result.reports().stream().map(WorkerReport::kernels).forEach(kernels::add);
    }

    @Override
    public void onNote(String note) {
      notes.add(note);
    }
  }
}
