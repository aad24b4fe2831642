package io.centroid.train.worker;

import io.centroid.WorkerFailure;
import io.centroid.averaging.SumOfSquares;
import io.centroid.averaging.codec.ErrorFeedback;
import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.memory.ProcessMemory;
import io.centroid.nn.Learner;
import io.centroid.nn.SgdLearner;
import io.centroid.optim.GradientNorm;
import io.centroid.optim.InnerState;
import io.centroid.optim.Optimizer;
import io.centroid.optim.OptimizerSettings;
import io.centroid.random.Seed;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One worker's part of a round, a pure function: the same arguments give the same bits on any
 * machine with the same native library. Without the parameters and the state, which travel apart.
 *
 * @param rateScale what every step's rate is multiplied by
 */
public record WorkerTask(
    WorkerSpec spec, long firstStep, int epoch, int stepInEpoch, int steps, double rateScale)
    implements Serializable {

  public static WorkerTask of(WorkerSpec spec, Round round) {
    return new WorkerTask(
        spec,
        round.firstStep(),
        round.epoch(),
        round.stepInEpoch(),
        round.steps(),
        round.rateScale());
  }

  /**
   * Takes the local steps.
   *
   * @param replica of {@code spec.network()}; its parameters are overwritten
   * @param order in which the epoch visits the examples
   */
  public WorkerResult run(
      int worker,
      Replica replica,
      Examples examples,
      int[] order,
      SlicedState start,
      WorkerState memory) {
    long entered = System.nanoTime();
    Optimizer optimizer = replica.optimizer(spec.optimizer());
    load(replica.learner(), optimizer, start, memory);
    long started = System.nanoTime();
    Seen seen = steps(worker, replica, optimizer, examples, order);
    long computed = System.nanoTime();
    Sent sent = send(replica, start, memory.residual(), seen.examples > 0);
    InnerState state = spec.innerState() == InnerStatePolicy.RESET ? null : optimizer.takeState();
    boolean keeps = spec.innerState() == InnerStatePolicy.KEEP;
    return new WorkerResult(
        new WorkerReport(
            worker,
            seen.examples,
            seen.lossSum,
            Double.isFinite(sent.squares),
            Math.sqrt(sent.squares),
            seen.path,
            computed - started,
            System.nanoTime() - entered,
            ProcessMemory.peak()),
        sent.payload,
        keeps ? null : state,
        new WorkerState(keeps ? state : null, sent.residual));
  }

  private void load(Learner learner, Optimizer optimizer, SlicedState start, WorkerState memory) {
    start.loadInto(learner.parameters());
    if (spec.innerState() == InnerStatePolicy.KEEP) {
      optimizer.restore(memory.inner());
      return;
    }
    for (int slice = 0; slice < start.slicing().count(); slice++) {
      InnerState shared = start.shared(slice);
      if (shared == null) {
        optimizer.reset();
        return;
      }
      optimizer.restore(shared, start.slicing().from(slice));
    }
  }

  private record Seen(long examples, double lossSum, double path) {}

  private Seen steps(
      int worker, Replica replica, Optimizer optimizer, Examples examples, int[] order) {
    Learner learner = replica.learner();
    Batch batch = replica.batch(examples.shape(), spec.batchSize());
    OptimizerSettings settings = spec.optimizer();
    long seen = 0;
    double lossSum = 0;
    double path = 0;
    for (int i = 0; i < steps; i++) {
      requireWanted(worker);
      long from = (long) (stepInEpoch + i) * spec.batchSize();
      if (from >= examples.count()) {
        break;
      }
      int to = (int) Math.min(from + spec.batchSize(), examples.count());
      long step = firstStep + i;
      long noise = Seed.of(spec.seed(), Seed.Purpose.STEP_NOISE, worker, step);
      double rate = settings.rateAt(step, spec.workers()) * rateScale;
      double loss;
      try {
        batch.fill(examples, spec.normalisation(), order, (int) from, to);
        loss = step(replica, optimizer, batch, noise, rate);
      } catch (RuntimeException e) {
        throw WorkerFailure.of(worker, place(step, (int) from, to), e);
      }
      path += rate;
      seen += batch.size();
      lossSum += loss * batch.size();
    }
    return new Seen(seen, lossSum, path);
  }

  /** A task that was killed must not keep its core until its last step. */
  private static void requireWanted(int worker) {
    if (Thread.currentThread().isInterrupted()) {
      throw new WorkerFailure("worker " + worker + " was interrupted");
    }
  }

  private String place(long step, int from, int to) {
    return "step "
        + step
        + ", examples "
        + from
        + " to "
        + (to - 1)
        + " of its shard in the order of epoch "
        + epoch;
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

  /**
   * What a worker says of its steps; the residual is null where nothing is left.
   *
   * @param squares sum of the delta's squares; not finite if a value of it is not
   */
  private record Sent(List<byte[]> payload, float @Nullable [] residual, double squares) {}

  /**
   * A worker that saw nothing has nothing to say, and one that left the finite numbers ends the
   * run: neither's residual changes.
   */
  private Sent send(
      Replica replica, SlicedState start, float @Nullable [] residual, boolean sawSomething) {
    Slicing slicing = start.slicing();
    float[] left = spec.codec().isExact() || !sawSomething ? null : new float[slicing.parameters()];
    List<byte[]> payload = new ArrayList<>();
    double squares = 0;
    for (int slice = 0; slice < slicing.count(); slice++) {
      int from = slicing.from(slice);
      float[] delta = delta(replica, from, start.parameters(slice));
      squares = SumOfSquares.add(squares, delta, delta.length);
      if (!Double.isFinite(squares)) {
        return new Sent(nothing(slicing), residual, squares);
      }
      if (sawSomething) {
        payload.add(
            ErrorFeedback.slice(spec.codec(), delta, 0, delta.length, residual, left, from));
      }
    }
    return sawSomething
        ? new Sent(payload, left, squares)
        : new Sent(nothing(slicing), residual, squares);
  }

  private static List<byte[]> nothing(Slicing slicing) {
    return Collections.nCopies(slicing.count(), new byte[0]);
  }

  /** The parameters from {@code from} on, less what they were. */
  private static float[] delta(Replica replica, int from, float[] before) {
    float[] delta = replica.scratch(before.length);
    replica.learner().parameters().read(from, delta, delta.length);
    for (int i = 0; i < delta.length; i++) {
      delta[i] -= before[i];
    }
    return delta;
  }
}
