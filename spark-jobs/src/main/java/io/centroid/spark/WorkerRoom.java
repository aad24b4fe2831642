package io.centroid.spark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.ToLongFunction;

/** What one Worker has, or has free, for executors. */
record WorkerRoom(long cores, long megabytes, long gpus) {

  static WorkerRoom total(JsonNode worker) {
    return new WorkerRoom(
        worker.path("cores").asLong(),
        worker.path("memory").asLong(),
        gpus(worker.path("resources")));
  }

  static WorkerRoom free(JsonNode worker) {
    return new WorkerRoom(
        worker.path("coresfree").asLong(),
        worker.path("memoryfree").asLong(),
        gpus(worker.path("resourcesfree")));
  }

  private static long gpus(JsonNode resources) {
    return resources.path("gpu").path("addresses").size();
  }

  /** The most of each that any of them has. */
  static WorkerRoom most(List<WorkerRoom> rooms) {
    return new WorkerRoom(
        most(rooms, WorkerRoom::cores),
        most(rooms, WorkerRoom::megabytes),
        most(rooms, WorkerRoom::gpus));
  }

  private static long most(List<WorkerRoom> rooms, ToLongFunction<WorkerRoom> what) {
    return rooms.stream().mapToLong(what).max().orElse(0);
  }

  boolean fits(ExecutorRequest request) {
    return cores >= request.cores() && megabytes >= request.megabytes() && gpus >= request.gpus();
  }

  static String text(long cores, long megabytes, long gpus) {
    return cores + " core(s), " + megabytes + " MiB and " + gpus + " GPU(s)";
  }

  @Override
  public String toString() {
    return text(cores, megabytes, gpus);
  }
}
