package io.centroid.cli.doctor;

import io.centroid.cli.doctor.Diagnosis.Check;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.nn.Engines;
import io.centroid.nn.MemoryEstimate;
import io.centroid.nn.matrix.Precision;
import io.centroid.run.RunOutlook;
import io.centroid.spark.session.MasterState;
import io.centroid.spark.session.SparkInstallation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The checks in the order in which they are printed. */
final class Checks {
  private Checks() {}

  /** Checks of the machine and the installation. */
  static List<Check> machine(Machine machine, Engines engines) {
    List<Check> checks = new ArrayList<>(installation(machine, Optional.empty()));
    checks.add(new Check("engines", () -> NativeChecks.engines(engines)));
    checks.add(new Check("gpu", () -> GpuChecks.machine(engines)));
    checks.add(new Check("host", () -> HostChecks.machine(machine)));
    return checks;
  }

  private static List<Check> installation(Machine machine, Optional<RunConfig> config) {
    return List.of(
        new Check("java", () -> JavaChecks.java(machine)),
        new Check("spark", () -> JavaChecks.spark(SparkInstallation.onClassPath(), machine)),
        new Check(
            "kernels",
            () ->
                NativeChecks.kernels(machine, config.flatMap(run -> run.compute().cpuKernels()))));
  }

  /** Checks of the machine and of a run. */
  static List<Check> run(Machine machine, Job job) {
    RunConfig config = job.config();
    List<Check> checks = new ArrayList<>(installation(machine, Optional.of(config)));
    checks.add(new Check("settings", () -> ConfigurationChecks.settings(config, job.spark())));
    checks.add(
        new Check(
            "mlflow",
            () ->
                ConfigurationChecks.tracking(
                    config.report().mlflow(), job.files().configuration())));
    checks.add(new Check("keys", () -> ConfigurationChecks.keys(job.files().configuration())));
    checks.add(new Check("host", () -> HostChecks.driver(job.spark(), machine)));
    checks.add(new Check("cluster", () -> cluster(machine, job)));
    checks.add(new Check("eventlog", () -> eventLog(job)));
    checks.add(new Check("run.dir", () -> FolderChecks.folder(config, job.files(), job::probe)));
    if (isRetraining(config)) {
      checks.add(new Check("data", () -> DataChecks.increments(config, job.files())));
      return checks;
    }
    checks.add(new Check("engine", () -> NativeChecks.engine(config, job::network, job::outlook)));
    checks.add(new Check("data", () -> data(job)));
    checks.add(after(job, "gpu", outlook -> gpu(job, outlook)));
    checks.add(after(job, "rounds", outlook -> ConfigurationChecks.rounds(config, outlook)));
    checks.add(
        new Check(
            "threads",
            () -> ThreadChecks.threads(config, job.spark(), job.slots(machine), machine)));
    checks.add(
        after(
            job,
            "memory",
            outlook ->
                MemoryChecks.memory(job.memory(machine), job.spark(), config.compute(), machine)));
    checks.add(after(job, "space", outlook -> space(job, job.memory(machine).checkpoint())));
    checks.add(new Check("clocks", () -> clocks(job)));
    return checks;
  }

  private static boolean isRetraining(RunConfig config) {
    return !config.registry().model().isEmpty() && !config.retrain().validation().isEmpty();
  }

  /** The work of a check that needs to know what the run computes. */
  private interface OfOutlook {
    Outcome examine(RunOutlook outlook) throws Exception;
  }

  /** A check that is skipped if the check of the data reports why it cannot be made. */
  private static Check after(Job job, String name, OfOutlook work) {
    return new Check(
        name,
        () -> {
          RunOutlook outlook;
          try {
            outlook = job.outlook();
          } catch (Exception e) {
            return Outcome.skipped("network or data are not known; see engine and data");
          }
          return work.examine(outlook);
        });
  }

  private static Outcome data(Job job) throws Exception {
    try {
      RunOutlook.Network unused = job.network();
    } catch (InputException e) {
      return Outcome.skipped("the network is not known; see engine");
    }
    return DataChecks.data(job.config(), job::outlook);
  }

  private static Outcome cluster(Machine machine, Job job) throws Exception {
    return usesSpark(job)
        ? ClusterChecks.cluster(job.spark(), job.master(), machine)
        : Outcome.skipped("compute.workers = local needs no cluster");
  }

  private static Outcome eventLog(Job job) throws Exception {
    return usesSpark(job)
        ? FolderChecks.eventLog(job.spark(), job.files())
        : Outcome.skipped("compute.workers = local starts no Spark");
  }

  private static boolean usesSpark(Job job) {
    return job.config().compute().workers() == RunConfig.Compute.WorkerKind.SPARK;
  }

  private static Outcome gpu(Job job, RunOutlook outlook) {
    RunConfig config = job.config();
    long needed =
        MemoryEstimate.of(
                outlook.network(),
                config.optimizer().steady().stateNames().size(),
                config.train().batchSize())
            .map(MemoryEstimate::onGpu)
            .orElse(0L);
    return GpuChecks.run(
        config.compute().device(),
        outlook.network().engine(),
        config.compute().precision() == Precision.BFLOAT16,
        job.spark(),
        job.isLocal(),
        needed);
  }

  /** Checks the space after the probe, whose folders come and go. */
  private static Outcome space(Job job, long checkpoint) throws Exception {
    try {
      FolderProbe unused = job.probe();
    } catch (Exception e) { // Reported by the check of run.dir.
      if (StorageFailure.of(e).filter(StorageFailure.UNREACHABLE::equals).isPresent()) {
        return Outcome.skipped("run.dir cannot be reached; see run.dir");
      }
    }
    return FolderChecks.space(job.config(), job.files(), checkpoint);
  }

  private static Outcome clocks(Job job) throws Exception {
    Optional<Duration> files;
    try {
      files = Optional.of(job.probe().ahead());
    } catch (Exception e) {
      files = Optional.empty(); // Reported by the check of run.dir.
    }
    return HostChecks.clocks(files, job.master().map(MasterState::ahead));
  }
}
