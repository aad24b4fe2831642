package io.centroid.cli.doctor;

import io.centroid.config.ByteSize;
import io.centroid.spark.session.JobSettings;
import java.util.ArrayList;
import java.util.List;

/** Checks the memory that a run needs against the limits of its processes. */
final class MemoryChecks {
  /** What a JVM takes outside its heap besides native arrays: Spark's minimum overhead. */
  private static final long JVM = 384L << 20;

  /** Share by which suggested limits exceed the estimate. */
  private static final double ROOM = 1.25;

  private MemoryChecks() {}

  /**
   * Checks an estimate.
   *
   * @param spark settings of Spark; their executors do not count if the workers are threads
   * @param nativeMemory {@code compute.native-memory} in bytes
   */
  static Outcome memory(MemoryNeed need, JobSettings spark, long nativeMemory, Machine machine) {
    List<Finding> findings = new ArrayList<>();
    requireDriver(need, machine, findings);
    if (need.isLocal()) {
      requireNativeOfDriver(need, machine, findings);
    } else {
      requireExecutor(need, spark, nativeMemory, findings);
      requireOverhead(need, spark, findings);
      requireResults(need, spark, findings);
    }
    return Outcome.of(
        "heap "
            + ByteSize.text(need.driverHeap())
            + " of "
            + ByteSize.text(machine.heap())
            + (need.isLocal()
                ? ", native " + ByteSize.text(need.offHeap())
                : "; executor: heap "
                    + ByteSize.text(need.executorHeap())
                    + " of "
                    + ByteSize.text(spark.executorHeap())
                    + ", native "
                    + ByteSize.text(need.offHeap())
                    + " of "
                    + ByteSize.text(nativeMemory)),
        findings);
  }

  /** Spark refuses to start a driver or an executor with less. */
  private static final long SPARKS_MINIMUM = 450L << 20;

  /** A heap for what is needed, with room, that Spark accepts. */
  private static String heap(long needed) {
    return ByteSize.setting(Math.max(SPARKS_MINIMUM, (long) (ROOM * needed)));
  }

  private static void requireDriver(MemoryNeed need, Machine machine, List<Finding> findings) {
    if (need.driverHeap() > machine.heap()) {
      String size = heap(need.driverHeap());
      findings.add(
          Finding.of(
              "the driver needs about "
                  + ByteSize.text(need.driverHeap())
                  + " of heap, it has "
                  + ByteSize.text(machine.heap()),
              "The run ends with an OutOfMemoryError; the table shows the terms.",
              "export CENTROID_DRIVER_MEMORY=" + size,
              "spark-submit --driver-memory " + size));
    }
    long all = need.driverHeap() + (need.isLocal() ? need.offHeap() : 0);
    if (all > machine.memory()) {
      findings.add(
          Finding.of(
              "the process needs about "
                  + ByteSize.text(all)
                  + ", the machine has "
                  + ByteSize.text(machine.memory()),
              "The kernel kills it, or it swaps.",
              "--set train.workers=N or model sizes, smaller, as the largest terms say, or a machine"
                  + " with more memory"));
    }
  }

  private static void requireNativeOfDriver(
      MemoryNeed need, Machine machine, List<Finding> findings) {
    if (machine.nativeLimit() > 0 && need.offHeap() > machine.nativeLimit()) {
      findings.add(
          Finding.of(
              "the workers need about "
                  + ByteSize.text(need.offHeap())
                  + " outside the heap, the limit is "
                  + ByteSize.text(machine.nativeLimit()),
              "The first round ends with an OutOfMemoryError.",
              "export CENTROID_NATIVE_MEMORY=" + ByteSize.setting((long) (ROOM * need.offHeap()))));
    }
  }

  private static void requireExecutor(
      MemoryNeed need, JobSettings spark, long nativeMemory, List<Finding> findings) {
    if (Math.max(need.executorHeap(), SPARKS_MINIMUM) > spark.executorHeap()) {
      findings.add(
          Finding.of(
              "an executor needs about "
                  + ByteSize.text(Math.max(need.executorHeap(), SPARKS_MINIMUM))
                  + " of heap, it has "
                  + ByteSize.text(spark.executorHeap()),
              "Its tasks fail with an OutOfMemoryError, or drop cached examples.",
              "--conf spark.executor.memory=" + heap(need.executorHeap())));
    }
    if (need.offHeap() > nativeMemory) {
      findings.add(
          Finding.of(
              "an executor needs about "
                  + ByteSize.text(need.offHeap())
                  + " outside its heap, compute.native-memory is "
                  + ByteSize.text(nativeMemory),
              "Its tasks fail in the first round: no more native memory is allocated.",
              "--set compute.native-memory=" + inBytes(ROOM * need.offHeap())));
    }
  }

  /** YARN and Kubernetes end a container that is larger than heap and overhead together. */
  private static void requireOverhead(MemoryNeed need, JobSettings spark, List<Finding> findings) {
    long needed = need.offHeap() + JVM;
    if (spark.hasContainers() && spark.setsOverhead() && spark.executorOverhead() < needed) {
      findings.add(
          Finding.of(
              "spark.executor.memoryOverhead is "
                  + ByteSize.text(spark.executorOverhead())
                  + ", an executor needs about "
                  + ByteSize.text(needed)
                  + " outside its heap",
              "The cluster manager kills an executor whose container is too small (exit code 137).",
              "--conf spark.executor.memoryOverhead="
                  + ByteSize.mebibytes((long) (ROOM * needed))
                  + "m"));
    }
  }

  private static void requireResults(MemoryNeed need, JobSettings spark, List<Finding> findings) {
    if (spark.maxResultBytes() > 0 && need.collected() > spark.maxResultBytes()) {
      findings.add(
          Finding.of(
              "the driver collects "
                  + ByteSize.text(need.collected())
                  + " in a round, spark.driver.maxResultSize is "
                  + ByteSize.text(spark.maxResultBytes()),
              "Spark cancels the job of the first round.",
              "--conf spark.driver.maxResultSize="
                  + ByteSize.setting((long) (ROOM * need.collected()))));
    }
  }

  /** A value for {@code compute.native-memory}. */
  private static String inBytes(double bytes) {
    return ByteSize.mebibytes((long) bytes) + "MiB";
  }
}
