package io.centroid.train;

import io.centroid.Seed;
import io.centroid.average.ErrorFeedback;
import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.memory.ProcessMemory;
import io.centroid.model.Learner;
import io.centroid.model.SgdLearner;
import io.centroid.optimize.GradientNorm;
import io.centroid.optimize.InnerState;
import io.centroid.optimize.Optimizer;
import io.centroid.optimize.OptimizerSettings;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One worker's part of a round, a pure function: the same arguments give the same bits on any
 * machine with the same native library. Without the parameters and the state, which travel apart.
 *
 * @param slices into how many pieces the delta is encoded
 */
public record WorkerTask(
    WorkerSpec spec, long firstStep, int epoch, int stepInEpoch, int steps, int slices)
    implements Serializable {

  public static WorkerTask of(WorkerSpec spec, Round round, int slices) {
    return new WorkerTask(
        spec, round.firstStep(), round.epoch(), round.stepInEpoch(), round.steps(), slices);
  }

  /**
   * Takes the local steps.
   *
   * @param replica of {@code spec.network()}; its parameters are overwritten
   * @param order in which the epoch visits the examples
   * @param shared state that all workers start from; null means fresh, or that each keeps its own
   */
  public WorkerResult run(
      int worker,
      Replica replica,
      Examples examples,
      int[] order,
      float[] parameters,
      @Nullable InnerState shared,
      WorkerMemory memory) {
    long entered = System.nanoTime();
    Optimizer optimizer = replica.optimizer(spec.optimizer());
    optimizer.restore(spec.innerState() == InnerStatePolicy.KEEP ? memory.inner() : shared);
    replica.learner().parameters().load(parameters);
    long started = System.nanoTime();
    Seen seen = steps(worker, replica, optimizer, examples, order);
    long computed = System.nanoTime();
    float[] delta = delta(replica, parameters);
    boolean finite = isFinite(delta);
    ErrorFeedback.Compressed sent = compress(delta, memory.residual(), seen.examples, finite);
    InnerState state = spec.innerState() == InnerStatePolicy.RESET ? null : optimizer.state();
    boolean keeps = spec.innerState() == InnerStatePolicy.KEEP;
    return new WorkerResult(
        new WorkerReport(
            worker,
            seen.examples,
            seen.lossSum,
            finite,
            computed - started,
            System.nanoTime() - entered,
            ProcessMemory.peak()),
        sent.slices(),
        keeps ? null : state,
        new WorkerMemory(keeps ? state : null, sent.residual()));
  }

  private record Seen(long examples, double lossSum) {}

  private Seen steps(
      int worker, Replica replica, Optimizer optimizer, Examples examples, int[] order) {
    Learner learner = replica.learner();
    Batch batch = replica.batch(examples.shape(), spec.batchSize());
    OptimizerSettings settings = spec.optimizer();
    long seen = 0;
    double lossSum = 0;
    for (int i = 0; i < steps; i++) {
      long from = (long) (stepInEpoch + i) * spec.batchSize();
      if (from >= examples.count()) {
        break;
      }
      int to = (int) Math.min(from + spec.batchSize(), examples.count());
      batch.fill(examples, spec.normalisation(), order, (int) from, to);
      long step = firstStep + i;
      long noise = Seed.of(spec.seed(), Seed.Purpose.STEP_NOISE, worker, step);
      double loss = step(replica, optimizer, batch, noise, settings.rateAt(step, spec.workers()));
      seen += batch.size();
      lossSum += loss * batch.size();
    }
    return new Seen(seen, lossSum);
  }

  private double step(Replica replica, Optimizer optimizer, Batch batch, long noise, double rate) {
    Learner learner = replica.learner();
    OptimizerSettings settings = spec.optimizer();
    if (settings.isPlainSgd() && learner instanceof SgdLearner atOnce) {
      optimizer.skip();
      return atOnce.descend(batch, noise, (float) rate, (float) settings.weightDecay());
    }
    double loss = learner.gradient(batch, noise);
    optimizer.step(
        learner.parameters(),
        learner.gradient(),
        rate,
        clipping(settings, replica),
        learner.team());
    return loss;
  }

  private static float clipping(OptimizerSettings settings, Replica replica) {
    if (settings.clipNorm() == 0) {
      return 1;
    }
    double norm = replica.gradientNorm();
    return GradientNorm.clippingFactor(norm, settings.clipNorm());
  }

  private static float[] delta(Replica replica, float[] parameters) {
    float[] delta = replica.scratch();
    replica.learner().parameters().store(delta);
    for (int i = 0; i < delta.length; i++) {
      delta[i] -= parameters[i];
    }
    return delta;
  }

  /**
   * A worker that saw nothing has nothing to say, and one that left the finite numbers ends the
   * run: neither's residual changes.
   */
  private ErrorFeedback.Compressed compress(
      float[] delta, float @Nullable [] residual, long examples, boolean finite) {
    if (examples == 0 || !finite) {
      return new ErrorFeedback.Compressed(
          java.util.Collections.nCopies(slices, new byte[0]), residual);
    }
    return ErrorFeedback.compress(
        spec.codec(), delta, residual, Slicing.of(delta.length, slices).length());
  }

  private static boolean isFinite(float[] values) {
    // A sum over the finite is finite or infinite, never NaN; times zero it tells.
    float sum = 0;
    for (float value : values) {
      sum += value * 0;
    }
    return sum == 0;
  }
}
