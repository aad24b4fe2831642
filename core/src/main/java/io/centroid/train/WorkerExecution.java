package io.centroid.train;

import io.centroid.data.Examples;
import io.centroid.data.Shard;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Evaluator;
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
      WorkerSpec spec, DataPart part, Shard shard, float[] parameters) {
    Learner learner = LearnerPool.borrow(spec.network());
    learner.parameters().load(parameters);
    Examples examples = part == DataPart.VALIDATION ? shard.validation() : shard.train();
    Evaluation evaluation =
        new Evaluator(learner, spec.network().loss(), spec.normalisation()).evaluate(examples);
    LearnerPool.giveBack(spec.network(), learner);
    return evaluation;
  }
}
