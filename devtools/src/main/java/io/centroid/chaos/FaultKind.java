package io.centroid.chaos;

import java.util.Locale;

/** Kind of process to kill with SIGKILL, so that it cannot clean up. */
public enum FaultKind {
  /** An executor JVM; its Worker starts a new one. */
  EXECUTOR(4),
  /** A Spark Worker; its executor ends with it. */
  WORKER(2),
  /** The Spark Master; applications continue without it. */
  MASTER(1),
  /** The driver; the same command is started again. */
  DRIVER(3),
  /** An HDFS DataNode; one always stays alive. */
  DATANODE(2),
  /** The HDFS NameNode; clients retry until it is back. */
  NAMENODE(1);

  private final int weight;

  FaultKind(int weight) {
    this.weight = weight;
  }

  /** Relative frequency of this kind. */
  int weight() {
    return weight;
  }

  /** Name in options and reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
