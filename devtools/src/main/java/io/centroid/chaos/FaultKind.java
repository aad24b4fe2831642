package io.centroid.chaos;

import java.util.Locale;

/** What can be killed, by SIGKILL: no process has a chance to tidy up. */
public enum FaultKind {
  /** A JVM that runs tasks; its Worker starts another. */
  EXECUTOR(4),
  /** A Worker, whose executor ends with it. */
  WORKER(2),
  /** The Master; applications go on without it. */
  MASTER(1),
  /** The process that holds the parameters; the same command is run again. */
  DRIVER(3),
  /** Storage of HDFS; one always stays. */
  DATANODE(2),
  /** The names of HDFS; writers wait for it. */
  NAMENODE(1);

  private final int weight;

  FaultKind(int weight) {
    this.weight = weight;
  }

  /** How often it is struck, among the others. */
  int weight() {
    return weight;
  }

  /** Its name in options and reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
