package io.centroid.train.worker;

/** What becomes of the workers' optimizer states between rounds. */
public enum InnerStatePolicy {
  /** All workers go on from the weighted mean of their states. */
  AVERAGE,
  /** Every round starts fresh. */
  RESET,
  /** Each worker keeps its own (as DiLoCo does, arXiv 2311.08105). */
  KEEP
}
