package io.centroid.spark.dl4j;

import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.train.worker.InnerStatePolicy;
import java.util.OptionalInt;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Settings of a {@link CentroidTrainingMaster}.
 *
 * @param workers number of logical workers W; empty: number of cores at the start
 * @param localSteps number of local steps (minibatches) H per worker between synchronizations
 * @param batchSizePerWorker number of examples per minibatch
 * @param outer outer optimizer
 * @param codec compression codec of the deltas
 * @param topKFraction fraction of the values that {@link Codec.Name#TOP_K} sends
 * @param innerState handling of the updater states between rounds
 * @param seed random seed of a training step, for example for dropout
 */
record MasterSettings(
    OptionalInt workers,
    int localSteps,
    int batchSizePerWorker,
    OuterSettings outer,
    Codec.Name codec,
    double topKFraction,
    InnerStatePolicy innerState,
    long seed) {

  MasterSettings {
    workers.ifPresent(count -> requirePositive("workers", count));
    requirePositive("localSteps", localSteps);
    requirePositive("batchSizePerWorker", batchSizePerWorker);
    require(outer.learningRate() > 0, "outer.learningRate must be > 0: " + outer.learningRate());
    requireBelowOne("outer.momentum", outer.momentum());
    requireBelowOne("outer.beta1", outer.beta1());
    requireBelowOne("outer.beta2", outer.beta2());
    require(outer.epsilon() > 0, "outer.epsilon must be > 0: " + outer.epsilon());
    require(
        topKFraction > 0 && topKFraction <= 1,
        "topKFraction must be above 0 and at most 1: " + topKFraction);
  }

  /** Default settings of an outer optimizer. */
  static OuterSettings defaults(OuterSettings.Name name) {
    return new OuterSettings(name, name.defaultLearningRate(), 0.9, 0.9, 0.99, 1e-3);
  }

  Codec createCodec() {
    return Codec.of(codec, topKFraction);
  }

  /** The settings as JSON or YAML, depending on the mapper. */
  String text(ObjectMapper mapper) {
    ObjectNode tree = mapper.createObjectNode();
    workers.ifPresent(count -> tree.put("workers", count));
    tree.put("localSteps", localSteps).put("batchSizePerWorker", batchSizePerWorker);
    tree.putObject("outer")
        .put("name", Json.spelling(outer.name()))
        .put("learningRate", outer.learningRate())
        .put("momentum", outer.momentum())
        .put("beta1", outer.beta1())
        .put("beta2", outer.beta2())
        .put("epsilon", outer.epsilon());
    tree.put("codec", Json.spelling(codec))
        .put("topKFraction", topKFraction)
        .put("innerState", Json.spelling(innerState))
        .put("seed", seed);
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
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
