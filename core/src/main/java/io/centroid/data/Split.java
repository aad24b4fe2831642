package io.centroid.data;

/** The published splits of a data set: training and test. */
public enum Split {
  TRAIN,
  TEST
}
