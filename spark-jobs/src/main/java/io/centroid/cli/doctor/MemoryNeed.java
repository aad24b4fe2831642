package io.centroid.cli.doctor;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.config.RunConfig;
import io.centroid.device.Device;
import io.centroid.nn.MemoryEstimate;
import io.centroid.nn.NetworkSpec;
import io.centroid.spark.SparkWorkers;
import io.centroid.train.worker.InnerStatePolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An estimate of the memory that a run needs, term by term, in bytes. Vectors have the length of
 * the parameters.
 *
 * @param terms its terms
 * @param collected bytes that the driver collects in a round
 * @param checkpoint bytes of a checkpoint
 * @param atOnce number of tasks that a process runs at a time
 * @param isLocal whether the workers are threads of the driver, so that {@code executorHeap} is a
 *     part of its heap
 */
record MemoryNeed(List<Term> terms, long collected, long checkpoint, int atOnce, boolean isLocal) {
  /** Heap that the JVM and Spark take before any data is there: Spark's own reserve. */
  static final long BASE = 300L << 20;

  /**
   * A term.
   *
   * @param executorHeap heap of an executor, for all tasks that it runs at a time
   * @param offHeap memory of an executor outside its heap
   */
  record Term(String name, long driverHeap, long executorHeap, long offHeap) {}

  MemoryNeed {
    terms = List.copyOf(terms);
  }

  /** Where a run's workers compute. */
  record Placement(int executors, int tasksAtOnce, boolean isLocal) {}

  /**
   * Estimates.
   *
   * @param examples bytes of all examples in memory
   */
  static MemoryNeed of(RunConfig config, NetworkSpec network, long examples, Placement placement) {
    int parameters = Math.toIntExact(network.layout().parameterCount());
    long vector = (long) Float.BYTES * parameters;
    int workers = config.train().workers();
    int moments = config.optimizer().steady().stateNames().size();
    OuterStep outer = config.outer();
    Codec codec = config.average().codec();
    InnerStatePolicy policy = config.train().innerState();
    int shared = policy == InnerStatePolicy.AVERAGE ? moments : 0;
    int own = (policy == InnerStatePolicy.KEEP ? moments : 0) + (codec.isExact() ? 0 : 1);
    long delta = encoded(codec, parameters) + shared * vector;
    boolean sliced =
        !placement.isLocal && isSliced(config.average().slices(), vector, workers * delta);
    long collected = sliced ? (1 + shared) * vector : workers * delta;
    int outerVectors = outer.stateNames().size();
    int atOnce = Math.min(placement.tasksAtOnce, workers);
    int hosted = Math.max(atOnce, (workers + placement.executors - 1) / placement.executors);

    List<Term> terms = new ArrayList<>();
    terms.add(new Term("JVM and Spark", BASE, placement.isLocal ? 0 : BASE, 0));
    terms.add(new Term("examples", 0, examples / placement.executors, 0));
    terms.add(
        new Term("parameters, before and after", 2 * vector, placement.isLocal ? 0 : vector, 0));
    terms.add(new Term("deltas, collected", collected + vector, 0, 0));
    if (!placement.isLocal) {
      terms.add(new Term("deltas, sent", 0, atOnce * delta, 0));
    }
    if (shared > 0) {
      terms.add(
          new Term(
              "averaged optimizer state",
              2L * shared * vector,
              placement.isLocal ? 0 : shared * vector,
              0));
    }
    if (own > 0) {
      terms.add(new Term("state of each worker", 0, 2L * hosted * own * vector, 0));
    }
    if (outerVectors > 0) {
      terms.add(new Term("outer optimizer state", 2L * outerVectors * vector, 0, 0));
    }
    long checkpoint = (1L + shared + outerVectors + (long) own * workers) * vector;
    terms.add(new Term("checkpoint that is saved", (1L + shared + outerVectors) * vector, 0, 0));
    if (config.privacy().isOn()) {
      terms.add(new Term("sums of clipped gradients", 0, atOnce * vector, 0));
    }
    terms.addAll(replicas(network, moments, config.train().batchSize(), vector, atOnce));
    return new MemoryNeed(terms, collected, checkpoint, atOnce, placement.isLocal);
  }

  /** The terms of the networks of all tasks that run at a time. */
  private static List<Term> replicas(
      NetworkSpec network, int moments, int batchSize, long vector, int atOnce) {
    Optional<MemoryEstimate> estimate = MemoryEstimate.of(network, moments, batchSize);
    boolean onGpu = network.engine().device() == Device.Kind.CUDA;
    List<Term> terms = new ArrayList<>();
    terms.add(new Term("replicas: parameters", 0, 0, atOnce * vector));
    terms.add(new Term("replicas: gradients", 0, 0, atOnce * vector));
    if (!onGpu) {
      long states = estimate.map(MemoryEstimate::moments).orElse(moments * vector);
      if (states > 0) {
        terms.add(new Term("replicas: optimizer", 0, 0, atOnce * states));
      }
      estimate.ifPresent(
          known ->
              terms.add(new Term("replicas: activations", 0, 0, atOnce * known.activations())));
    }
    return terms;
  }

  private static boolean isSliced(int slices, long vector, long deltas) {
    return slices == 0
        ? vector > SparkWorkers.MAX_UNSLICED_BYTES || deltas > SparkWorkers.MAX_COLLECTED_BYTES
        : slices > 1;
  }

  private static long encoded(Codec codec, int parameters) {
    long blocks = parameters / Codec.BLOCK;
    return blocks * codec.size(Codec.BLOCK) + codec.size(parameters % Codec.BLOCK);
  }

  /** Heap of the driver, with that of its workers if they are its threads. */
  long driverHeap() {
    return terms.stream()
        .mapToLong(term -> term.driverHeap + (isLocal ? term.executorHeap : 0))
        .sum();
  }

  /** The name of the largest term. */
  String largest() {
    return terms.stream()
        .max(Comparator.comparingLong(term -> term.driverHeap + term.executorHeap + term.offHeap))
        .map(Term::name)
        .orElse("");
  }

  long executorHeap() {
    return terms.stream().mapToLong(Term::executorHeap).sum();
  }

  /** Memory outside the heap of the process in which workers compute. */
  long offHeap() {
    return terms.stream().mapToLong(Term::offHeap).sum();
  }
}
