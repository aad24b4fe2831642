package io.centroid.bench;

/** Who can be measured. */
public enum Contestant {
  CENTROID_SPARK("centroid-spark"),
  CENTROID_THREADS("centroid-threads"),
  /** DL4J's own master, which exports the data to files first. */
  DL4J_EXPORT("dl4j-export"),
  /** DL4J's own master on the RDD itself. */
  DL4J_DIRECT("dl4j-direct"),
  /** One process with a thread on every core. */
  PYTORCH("pytorch"),
  PYTORCH_ONE_THREAD("pytorch-1-thread"),
  /** Gradients averaged after every step, a process a worker. */
  PYTORCH_DDP("pytorch-ddp");

  private final String label;

  Contestant(String label) {
    this.label = label;
  }

  /** Its name in tables, JSON and pictures. */
  public String label() {
    return label;
  }

  public boolean isCentroid() {
    return this == CENTROID_SPARK || this == CENTROID_THREADS;
  }

  /** Whether H means something to it: PyTorch's contestants take one step at a time. */
  public boolean averagesParameters() {
    return switch (this) {
      case CENTROID_SPARK, CENTROID_THREADS, DL4J_EXPORT, DL4J_DIRECT -> true;
      case PYTORCH, PYTORCH_ONE_THREAD, PYTORCH_DDP -> false;
    };
  }
}
