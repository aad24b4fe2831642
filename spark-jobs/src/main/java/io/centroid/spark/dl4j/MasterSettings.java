package io.centroid.spark.dl4j;

import io.centroid.InputException;
import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import io.centroid.train.worker.InnerStatePolicy;
import java.io.Serializable;

/**
 * How a {@link CentroidTrainingMaster} trains.
 *
 * @param workers number of logical workers W
 * @param localSteps minibatches H that a worker takes between two meetings
 * @param batchSizePerWorker examples of a minibatch
 * @param topKFraction of {@link Codec.Name#TOP_K}
 * @param seed of all that is random in a step, such as dropout
 */
record MasterSettings(
    int workers,
    int localSteps,
    int batchSizePerWorker,
    OuterSettings outer,
    Codec.Name codec,
    double topKFraction,
    InnerStatePolicy innerState,
    long seed)
    implements Serializable {

  MasterSettings {
    requirePositive("workers", workers);
    requirePositive("localSteps", localSteps);
    requirePositive("batchSizePerWorker", batchSizePerWorker);
    require(outer.rate() > 0, "outer.rate must be > 0: " + outer.rate());
    requireBelowOne("outer.momentum", outer.momentum());
    requireBelowOne("outer.beta1", outer.beta1());
    requireBelowOne("outer.beta2", outer.beta2());
    require(outer.epsilon() > 0, "outer.epsilon must be > 0: " + outer.epsilon());
    require(
        topKFraction > 0 && topKFraction <= 1,
        "topKFraction must be above 0 and at most 1: " + topKFraction);
  }

  /** The outer step of a name with its usual numbers. */
  static OuterSettings usual(OuterSettings.Name name) {
    return new OuterSettings(name, name.usualRate(), 0.9, 0.9, 0.99, 1e-3);
  }

  Codec createCodec() {
    return Codec.of(codec, topKFraction);
  }

  /** Whether a worker remembers anything that the others do not. */
  boolean keepsMemory() {
    return innerState == InnerStatePolicy.KEEP || !createCodec().isExact();
  }

  private static void requirePositive(String name, int value) {
    require(value > 0, name + " must be > 0: " + value);
  }

  private static void requireBelowOne(String name, double value) {
    require(value >= 0 && value < 1, name + " must be at least 0 and below 1: " + value);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new InputException(otherwise);
    }
  }
}
