package io.centroid.train.worker;

/** Handling of the workers' inner optimizer states between rounds. */
public enum InnerStatePolicy {
  /** All workers continue from the weighted mean of their states. */
  AVERAGE,
  /** Every round starts with a fresh state. */
  RESET,
  /** Each worker keeps its own state (as in DiLoCo, arXiv 2311.08105). */
  KEEP
}
