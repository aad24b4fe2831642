package io.centroid.data;

/**
 * The part of a data set that its publisher cut: what may be trained on, and what only measures.
 */
public enum Split {
  TRAIN,
  TEST
}
