package io.centroid.cli.doctor;

import io.centroid.config.RunConfig;
import io.centroid.spark.session.JobSettings;
import io.centroid.spark.session.MasterState;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Machines, settings and clusters of tests. */
final class Fixtures {
  private Fixtures() {}

  static Machine machine(Map<String, String> environment) {
    return new Machine(environment, 2L << 30, 4L << 30, 8L << 30, 4);
  }

  static RunConfig config(String... settings) {
    return RunConfig.load(null, List.of(settings));
  }

  /** Settings with an executor of 4 cores, 1 GiB of heap and an overhead that the user set. */
  static JobSettings settings(String master, Map<String, String> properties) {
    int threads = master.equals("local[4]") ? 4 : 0;
    return new JobSettings(
        master,
        threads,
        1L << 30,
        512L << 20,
        true,
        OptionalInt.of(4),
        OptionalInt.empty(),
        OptionalInt.empty(),
        1,
        4L << 30,
        Integer.parseInt(properties.getOrDefault("spark.executor.resource.gpu.amount", "0")),
        properties.containsKey("spark.executor.resource.gpu.amount")
            ? Optional.empty()
            : Optional.of("the executors have none"),
        properties);
  }

  static MasterState master(String version, MasterState.Worker... workers) {
    return new MasterState(
        URI.create("http://host:8080"),
        version,
        Duration.ZERO,
        List.of(workers),
        List.of("nightly job"));
  }

  static MasterState.Worker worker(int cores, int freeCores, long memory, long freeMemory) {
    return new MasterState.Worker("host", cores, freeCores, memory, freeMemory, 0);
  }

  /** The only finding of an outcome. */
  static Finding only(Outcome outcome) {
    if (outcome.findings().size() != 1) {
      throw new AssertionError("expected one finding: " + outcome);
    }
    return outcome.findings().get(0);
  }
}
