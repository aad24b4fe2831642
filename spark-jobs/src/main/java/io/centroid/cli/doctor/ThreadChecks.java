package io.centroid.cli.doctor;

import io.centroid.config.ByteSize;
import io.centroid.config.RunConfig;
import io.centroid.spark.session.JobSettings;
import io.centroid.spark.session.MasterState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Checks workers and threads against cores. */
final class ThreadChecks {
  private static final String OMP = "OMP_NUM_THREADS";

  private ThreadChecks() {}

  /**
   * Number of tasks that run at a time.
   *
   * @param ofExecutor tasks of an executor; of this process if the workers are its threads
   * @param all tasks of all executors; empty if the cluster manager decides
   */
  record Slots(int ofExecutor, OptionalInt all) {

    /** The slots of a run; Workers that are not known have one per executor. */
    static Slots of(
        RunConfig config, JobSettings spark, Optional<MasterState> state, Machine machine) {
      if (config.compute().workers() == RunConfig.Compute.WorkerKind.LOCAL) {
        int threads = config.compute().threads();
        int all = threads > 0 ? threads : machine.cores();
        return new Slots(all, OptionalInt.of(all));
      }
      if (spark.isLocal()) {
        int all = Math.max(1, spark.threads() / spark.taskCores());
        return new Slots(all, OptionalInt.of(all));
      }
      if (state.isEmpty() || state.get().workers().isEmpty()) {
        int own = Math.max(1, spark.executorCores().orElse(1) / spark.taskCores());
        return new Slots(
            own,
            spark.executors().isPresent()
                ? OptionalInt.of(own * spark.executors().getAsInt())
                : OptionalInt.empty());
      }
      return standalone(spark, state.get());
    }

    private static Slots standalone(JobSettings spark, MasterState state) {
      int left = spark.maxCores().orElse(Integer.MAX_VALUE);
      int largest = 1;
      int all = 0;
      for (MasterState.Worker worker : state.workers()) {
        int cores = Math.min(worker.cores(), left);
        int ofExecutor = Math.min(cores, spark.executorCores().orElse(cores));
        int executors =
            ofExecutor == 0
                ? 0
                : (int)
                    Math.min(
                        cores / ofExecutor,
                        worker.memory() / Math.max(1, ByteSize.mebibytes(spark.executorHeap())));
        int used = spark.executorCores().isEmpty() ? Math.min(1, executors) : executors;
        all += used * (ofExecutor / spark.taskCores());
        largest = Math.max(largest, ofExecutor / spark.taskCores());
        left -= used * ofExecutor;
      }
      return new Slots(largest, OptionalInt.of(all));
    }
  }

  /** Checks a run. */
  static Outcome threads(RunConfig config, JobSettings spark, Slots slots, Machine machine) {
    List<Finding> findings = new ArrayList<>();
    boolean inThreads =
        config.compute().workers() == RunConfig.Compute.WorkerKind.LOCAL || spark.isLocal();
    int workers = config.train().workers();
    int threads = config.compute().threadsPerWorker();
    int atOnce = Math.min(workers, slots.ofExecutor());
    if (inThreads && threads * atOnce > machine.cores()) {
      findings.add(
          Finding.note(
              String.format(
                  Locale.ROOT,
                  "%d workers compute at a time with compute.threads-per-worker = %d, on %d cores",
                  atOnce,
                  threads,
                  machine.cores()),
              "More threads than cores wait for each other, and a round takes longer.",
              threads > 1
                  ? "--set compute.threads-per-worker=" + Math.max(1, machine.cores() / atOnce)
                  : "--master local[" + machine.cores() + "]"));
    }
    if (!inThreads && threads > spark.taskCores()) {
      findings.add(
          Finding.of(
              "compute.threads-per-worker = "
                  + threads
                  + ", but Spark counts spark.task.cpus = "
                  + spark.taskCores()
                  + " for a task",
              "Executors run more threads than they have cores, and rounds take longer.",
              "--conf spark.task.cpus=" + threads));
    }
    requireOneThread(machine.variable(OMP), OMP, "export " + OMP + "=1", findings);
    if (!inThreads) {
      String key = "spark.executorEnv." + OMP;
      requireOneThread(spark.property(key), key, "--conf " + key + "=1", findings);
    }
    // Of the threads of this process, as many workers as have cores for all of their threads.
    int most = inThreads ? Math.max(1, machine.cores() / threads) : Integer.MAX_VALUE;
    slots.all().ifPresent(all -> waves(workers, Math.min(all, most), findings));
    return Outcome.of(
        String.format(
            Locale.ROOT,
            "%d worker%s on %s slot%s",
            workers,
            workers == 1 ? "" : "s",
            slots.all().isPresent() ? slots.all().getAsInt() : "an unknown number of",
            slots.all().orElse(0) == 1 ? "" : "s"),
        findings);
  }

  private static void requireOneThread(
      Optional<String> value, String name, String change, List<Finding> findings) {
    if (value.isPresent() && !value.get().equals("1")) {
      findings.add(
          Finding.of(
              name + " = " + value.get(),
              "Each worker would start that many threads in LibTorch, and oneDNN needs 1.",
              change));
    }
  }

  private static void waves(int workers, int slots, List<Finding> findings) {
    if (slots == 0 || workers % slots == 0) {
      return;
    }
    int waves = (workers + slots - 1) / slots;
    int idle = waves * slots - workers;
    findings.add(
        Finding.note(
            String.format(
                Locale.ROOT,
                "train.workers = %d on %d slots: %s, %d of %d slots idle",
                workers,
                slots,
                waves == 1 ? "one wave" : waves + " waves",
                idle,
                waves * slots),
            "A round lasts as long as its waves; the result depends on train.workers, so decide"
                + " before the run starts.",
            "--set train.workers=" + waves * slots));
  }
}
