package io.centroid.model;

/** What a network's arithmetic runs on. */
public enum Backend {
  /** Kernels made for the CPU where there are any for the network, else DL4J. */
  CPU,
  /** Portable operations of whichever ND4J backend is on the class path. */
  ND4J
}
