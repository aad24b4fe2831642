package io.centroid.train.worker;

import io.centroid.data.Split;

/** Data that a model is evaluated on. */
public enum EvaluationSet {
  /** Training data without the validation split. */
  TRAIN,
  /** Validation split: the held-out part of the training data. */
  VALIDATION,
  /** Test data of the source. */
  TEST;

  /** Split of the source that contains the set. */
  public Split split() {
    return this == TEST ? Split.TEST : Split.TRAIN;
  }
}
