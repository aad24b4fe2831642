package io.centroid.cli.doctor;

import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import io.centroid.io.storage.Storage;
import io.centroid.nn.Engines;
import io.centroid.run.RunOutlook;
import io.centroid.spark.session.JobSettings;
import io.centroid.spark.session.MasterState;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** The run that is examined, and what several checks find out about it once. */
final class Job {
  /** A client that does not wait for what does not answer. */
  private static final Map<String, String> IMPATIENT =
      Map.of(
          "hadoop.security.kms.client.timeout", "5",
          "hadoop.security.kms.client.failover.max.retries", "0",
          "dfs.client.retry.policy.enabled", "false",
          "dfs.client.failover.max.attempts", "2",
          "dfs.client.block.write.locateFollowingBlock.retries", "3",
          "ipc.client.connect.max.retries", "1",
          "ipc.client.connect.max.retries.on.timeouts", "0",
          "ipc.client.connect.timeout", "3000",
          "ipc.client.rpc-timeout.ms", "5000");

  private final RunConfig config;
  private final JobSettings spark;
  private final Engines engines;
  private final Once<HadoopFiles> files = new Once<>(this::connect);
  private final Once<RunOutlook.Network> network = new Once<>(this::resolve);
  private final Once<RunOutlook> outlook = new Once<>(this::look);
  private final Once<Optional<MasterState>> master = new Once<>(this::ask);
  private final Once<FolderProbe> probe = new Once<>(this::write);

  Job(RunConfig config, Engines engines) {
    this.config = config;
    this.spark = JobSettings.of(config);
    this.engines = engines;
  }

  /** A value that is computed once, by the first thread that asks; a failure is kept as well. */
  private static final class Once<T> {
    private final Callable<T> work;
    private @Nullable T value;
    private @Nullable Exception failure;

    Once(Callable<T> work) {
      this.work = work;
    }

    synchronized T get() throws Exception {
      if (value == null && failure == null) {
        try {
          value = work.call();
        } catch (Exception e) {
          failure = e;
        }
      }
      if (failure != null) {
        throw failure;
      }
      return Objects.requireNonNull(value);
    }
  }

  RunConfig config() {
    return config;
  }

  JobSettings spark() {
    return spark;
  }

  /** Whether the workers are threads of the driver. */
  boolean isLocal() {
    return config.compute().workers() == RunConfig.Compute.WorkerKind.LOCAL || spark.isLocal();
  }

  HadoopFiles files() throws Exception {
    return files.get();
  }

  private HadoopFiles connect() {
    Configuration hadoop = SiteConfiguration.load(spark.properties());
    config.kerberos().perform(hadoop);
    IMPATIENT.forEach(hadoop::set);
    return new HadoopFiles(hadoop);
  }

  private RunOutlook.Network resolve() throws Exception {
    return RunOutlook.of(config, files(), engines);
  }

  /** What the run computes. */
  RunOutlook outlook() throws Exception {
    return outlook.get();
  }

  private RunOutlook look() throws Exception {
    return network().withData();
  }

  /** The network without the data. */
  RunOutlook.Network network() throws Exception {
    return network.get();
  }

  /** The standalone Master's state; empty if there is none, or its web UI does not respond. */
  Optional<MasterState> master() throws Exception {
    return master.get();
  }

  private Optional<MasterState> ask() {
    return spark.isStandalone() && !isLocal() ? MasterState.read(spark) : Optional.empty();
  }

  /** What happens when {@code run.dir} is written to. */
  FolderProbe probe() throws Exception {
    return probe.get();
  }

  private FolderProbe write() throws Exception {
    Path dir = files().path(config.run().dir());
    Storage storage = Storage.of(files(), dir);
    return FolderProbe.of(storage, storage.qualified(dir));
  }

  ThreadChecks.Slots slots(Machine machine) throws Exception {
    return ThreadChecks.Slots.of(config, spark, master(), machine);
  }

  /** The memory that the run needs. */
  MemoryNeed memory(Machine machine) throws Exception {
    RunOutlook found = outlook();
    ThreadChecks.Slots slots = slots(machine);
    int executors =
        isLocal() ? 1 : Math.max(1, slots.all().orElse(slots.ofExecutor()) / slots.ofExecutor());
    return MemoryNeed.of(
        config,
        found.network(),
        examples(found),
        new MemoryNeed.Placement(executors, slots.ofExecutor(), isLocal()));
  }

  /** Bytes of all examples in memory; those that no header counts are taken for their files. */
  private long examples(RunOutlook found) throws Exception {
    if (found.training().count().isEmpty()) {
      return fileBytes();
    }
    int width =
        switch (found.training().kind()) {
          case PIXELS -> 1;
          case NUMBERS, TOKENS -> Float.BYTES;
        };
    long count =
        found.training().count().getAsLong()
            + found.test().map(test -> test.count().orElse(0)).orElse(0L);
    return count * ((long) width * found.training().shape().size() + Float.BYTES);
  }

  private long fileBytes() throws Exception {
    if (config.data().path().isEmpty()) {
      return 0;
    }
    Path path = files().path(config.data().path());
    FileStatus status = files().status(path);
    return status.isFile()
        ? status.getLen()
        : files().list(path).stream().mapToLong(FileStatus::getLen).sum();
  }
}
