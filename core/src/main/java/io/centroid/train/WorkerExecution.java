package io.centroid.train;

import io.centroid.data.Examples;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Evaluator;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Predictor;
import io.centroid.evaluate.Scoring;
import io.centroid.model.Learner;
import io.centroid.model.LearnerPool;
import io.centroid.optimize.InnerState;
import org.jspecify.annotations.Nullable;

/**
 * Runs a worker's part on a network borrowed from this JVM's pool; what threads and Spark tasks
 * have in common.
 */
public final class WorkerExecution {
  private WorkerExecution() {}

  public static WorkerResult train(
      WorkerTask task, int worker, Shard shard, float[] parameters, @Nullable InnerState inner) {
    Learner learner = LearnerPool.borrow(task.spec().network());
    WorkerResult result = task.run(worker, learner, shard.train(), parameters, inner);
    LearnerPool.giveBack(task.spec().network(), learner);
    return result;
  }

  public static Evaluation evaluate(
      Scoring scoring, DataPart part, Shard shard, float[] parameters) {
    Learner learner = LearnerPool.borrow(scoring.network());
    learner.parameters().load(parameters);
    Examples examples = part == DataPart.VALIDATION ? shard.validation() : shard.train();
    Evaluation evaluation =
        new Evaluator(learner, scoring.network().loss(), scoring.normalisation())
            .evaluate(examples);
    LearnerPool.giveBack(scoring.network(), learner);
    return evaluation;
  }

  /** Reads a worker's shard and predicts it on the way, keeping no example. */
  public static Predictions predict(
      Scoring scoring, ShardSpec spec, Split split, int worker, float[] parameters) {
    Learner learner = LearnerPool.borrow(scoring.network());
    learner.parameters().load(parameters);
    Predictor predictor = new Predictor(learner, scoring, spec.source().schema(split));
    spec.source().read(split, spec.seed(), worker, spec.workers(), predictor);
    Predictions predictions = predictor.predictions();
    LearnerPool.giveBack(scoring.network(), learner);
    return predictions;
  }
}
