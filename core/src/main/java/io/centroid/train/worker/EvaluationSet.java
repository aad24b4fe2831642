package io.centroid.train.worker;

import io.centroid.data.Split;

/** What can be evaluated. */
public enum EvaluationSet {
  /** The training data without its validation part. */
  TRAIN,
  /** The part of the training data that is held out. */
  VALIDATION,
  /** The publisher's test data. */
  TEST;

  /** The split of the source in which this part lies. */
  public Split split() {
    return this == TEST ? Split.TEST : Split.TRAIN;
  }
}
