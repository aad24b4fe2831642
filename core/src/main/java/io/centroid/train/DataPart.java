package io.centroid.train;

/** What can be evaluated: the training data's validation part, or the test data. */
public enum DataPart {
  VALIDATION,
  TEST
}
