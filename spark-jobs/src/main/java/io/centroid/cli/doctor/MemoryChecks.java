package io.centroid.cli.doctor;

import io.centroid.config.ByteSize;
import io.centroid.config.RunConfig;
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

  /** Spark refuses to start a driver or an executor with less. */
  private static final long SPARKS_MINIMUM = 450L << 20;

  /**
   * A limit on a part of the estimate.
   *
   * @param who what the memory is for, with its verb
   * @param kind kind of memory; may be empty
   * @param limit what the limit is called, with its verb
   * @param allowed its value in bytes; 0 if there is none
   * @param why what happens if it is too low
   * @param change its setting, up to the value
   */
  private record Limit(
      String who, long needed, String kind, String limit, long allowed, String why, String change) {

    /** The finding with a value that has room for the estimate, if the limit is too low. */
    void check(List<Finding> findings) {
      if (allowed > 0 && needed > allowed) {
        findings.add(
            Finding.of(
                who
                    + " about "
                    + ByteSize.text(needed)
                    + kind
                    + ", "
                    + limit
                    + " "
                    + ByteSize.text(allowed),
                why,
                change + ByteSize.setting((long) (ROOM * needed))));
      }
    }
  }

  /**
   * Checks an estimate.
   *
   * @param spark settings of Spark; their executors do not count if the workers are threads
   */
  static Outcome memory(
      MemoryNeed need, JobSettings spark, RunConfig.Compute compute, Machine machine) {
    List<Finding> findings = new ArrayList<>();
    long nativeMemory = compute.nativeMemory();
    boolean isSubmitted = spark.property("spark.submit.deployMode").isPresent();
    new Limit(
            "the driver needs",
            need.isLocal() ? need.driverHeap() : Math.max(need.driverHeap(), SPARKS_MINIMUM),
            " of heap",
            "it has",
            machine.heap(),
            !need.isLocal() && need.driverHeap() < SPARKS_MINIMUM
                ? "Spark does not start a driver with less."
                : "The run ends with an OutOfMemoryError; the table shows the terms.",
            isSubmitted ? "spark-submit --driver-memory " : "export CENTROID_DRIVER_MEMORY=")
        .check(findings);
    machine(need, compute, machine, findings);
    if (need.isLocal()) {
      new Limit(
              "the workers need",
              need.offHeap(),
              " outside the heap",
              "the limit is",
              machine.nativeLimit(),
              "The first round ends with an OutOfMemoryError.",
              isSubmitted
                  ? "spark-submit --driver-java-options -Dorg.bytedeco.javacpp.maxbytes="
                  : "export CENTROID_NATIVE_MEMORY=")
          .check(findings);
    } else {
      executors(need, spark, nativeMemory).forEach(limit -> limit.check(findings));
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

  private static List<Limit> executors(MemoryNeed need, JobSettings spark, long nativeMemory) {
    // Spark standalone has no containers, and Centroid's own overhead follows native-memory.
    boolean hasOverhead = spark.hasContainers() && spark.setsOverhead();
    return List.of(
        new Limit(
            "an executor needs",
            Math.max(need.executorHeap(), SPARKS_MINIMUM),
            " of heap",
            "it has",
            spark.executorHeap(),
            need.executorHeap() < SPARKS_MINIMUM
                ? "Spark does not start an executor with less."
                : "Its tasks fail with an OutOfMemoryError, or drop cached examples.",
            "--conf spark.executor.memory="),
        new Limit(
            "an executor needs",
            need.offHeap(),
            " outside its heap",
            "compute.native-memory is",
            nativeMemory,
            "Its tasks fail in the first round: no more native memory is allocated.",
            "--set compute.native-memory="),
        new Limit(
            "an executor's container needs",
            need.offHeap() + JVM,
            " outside its heap",
            "spark.executor.memoryOverhead is",
            hasOverhead ? spark.executorOverhead() : 0,
            "The cluster manager kills an executor whose container is too small (exit code 137).",
            "--conf spark.executor.memoryOverhead="),
        new Limit(
            "the driver collects",
            need.collected(),
            " in a round",
            "spark.driver.maxResultSize is",
            spark.maxResultBytes(),
            "Spark cancels the job of the first round.",
            "--conf spark.driver.maxResultSize="));
  }

  /** No limit helps if the machine is too small, but in one process fewer workers at a time may. */
  private static void machine(
      MemoryNeed need, RunConfig.Compute compute, Machine machine, List<Finding> findings) {
    long offHeap = need.isLocal() ? need.offHeap() : 0;
    long all = need.driverHeap() + offHeap;
    if (all <= machine.memory()) {
      return;
    }
    double free = machine.memory() - need.driverHeap();
    int fitting = offHeap == 0 ? 0 : (int) (free / offHeap * need.atOnce());
    String change =
        compute.workers() == RunConfig.Compute.WorkerKind.LOCAL
            ? "--set compute.threads=" + fitting
            : "--master local[" + fitting + "]";
    findings.add(
        Finding.of(
            "the process needs about "
                + ByteSize.text(all)
                + ", the machine has "
                + ByteSize.text(machine.memory())
                + "; the largest term is "
                + need.largest(),
            "The kernel kills it, or it swaps.",
            fitting > 0 ? new String[] {change} : new String[0]));
  }
}
