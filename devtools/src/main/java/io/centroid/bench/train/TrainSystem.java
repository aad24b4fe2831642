package io.centroid.bench.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** A system that trains in a process of its own. */
public interface TrainSystem {

  /** Name in tables and JSON. */
  String label();

  /**
   * Trains from the start of a process to its exit.
   *
   * @param folder empty folder for the files of the run
   */
  TrainRun run(Path folder) throws IOException;

  /**
   * Removes the variables by which this environment chooses kernels and threads: both systems
   * choose them as they do for a user who sets nothing.
   */
  static ProcessBuilder withoutChoices(ProcessBuilder builder) {
    builder
        .environment()
        .keySet()
        .removeAll(Set.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OMP_NUM_THREADS"));
    return builder;
  }
}
