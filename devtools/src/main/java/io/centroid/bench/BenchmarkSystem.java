package io.centroid.bench;

/** A system under test. */
public enum BenchmarkSystem {
  CENTROID_SPARK("centroid-spark"),
  CENTROID_THREADS("centroid-threads"),
  /** DL4J's own training master, which exports the data to files first. */
  DL4J_EXPORT("dl4j-export"),
  /** DL4J's own training master, directly on the RDD. */
  DL4J_DIRECT("dl4j-direct"),
  /** One process with one thread per CPU core. */
  PYTORCH("pytorch"),
  PYTORCH_ONE_THREAD("pytorch-1-thread"),
  /** DistributedDataParallel: gradients averaged after every step, one process per worker. */
  PYTORCH_DDP("pytorch-ddp");

  private final String label;

  BenchmarkSystem(String label) {
    this.label = label;
  }

  /** Name in tables, JSON and charts. */
  public String label() {
    return label;
  }

  public boolean isCentroid() {
    return this == CENTROID_SPARK || this == CENTROID_THREADS;
  }

  /**
   * Whether the system averages parameters every H local steps; PyTorch synchronizes every step.
   */
  public boolean averagesParameters() {
    return switch (this) {
      case CENTROID_SPARK, CENTROID_THREADS, DL4J_EXPORT, DL4J_DIRECT -> true;
      case PYTORCH, PYTORCH_ONE_THREAD, PYTORCH_DDP -> false;
    };
  }
}
