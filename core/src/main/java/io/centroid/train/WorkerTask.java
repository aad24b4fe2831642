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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
   */
  public WorkerResult run(
      int worker,
      Replica replica,
      Examples examples,
      int[] order,
      StateSlices start,
      WorkerMemory memory) {
    long entered = System.nanoTime();
    Optimizer optimizer = replica.optimizer(spec.optimizer());
    Slicing slicing = Slicing.of(Math.toIntExact(replica.learner().parameters().size()), slices);
    load(replica.learner(), optimizer, slicing, start, memory);
    long started = System.nanoTime();
    Seen seen = steps(worker, replica, optimizer, examples, order);
    long computed = System.nanoTime();
    Sent sent = send(replica, slicing, start, memory.residual(), seen.examples > 0);
    InnerState state = spec.innerState() == InnerStatePolicy.RESET ? null : optimizer.takeState();
    boolean keeps = spec.innerState() == InnerStatePolicy.KEEP;
    return new WorkerResult(
        new WorkerReport(
            worker,
            seen.examples,
            seen.lossSum,
            sent.finite,
            computed - started,
            System.nanoTime() - entered,
            ProcessMemory.peak()),
        sent.payload,
        keeps ? null : state,
        new WorkerMemory(keeps ? state : null, sent.residual));
  }

  private void load(
      Learner learner,
      Optimizer optimizer,
      Slicing slicing,
      StateSlices start,
      WorkerMemory memory) {
    boolean keeps = spec.innerState() == InnerStatePolicy.KEEP;
    if (keeps || start.shared(0) == null) {
      optimizer.restore(keeps ? memory.inner() : null);
    }
    for (int slice = 0; slice < slicing.count(); slice++) {
      int from = slicing.from(slice);
      float[] parameters = start.parameters(slice);
      learner.parameters().write(from, parameters, parameters.length);
      InnerState shared = keeps ? null : start.shared(slice);
      if (shared != null) {
        optimizer.restore(shared, from);
      }
    }
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

  /** What a worker says of its steps; the residual is null where nothing is left. */
  private record Sent(List<byte[]> payload, float @Nullable [] residual, boolean finite) {}

  /**
   * A worker that saw nothing has nothing to say, and one that left the finite numbers ends the
   * run: neither's residual changes.
   */
  private Sent send(
      Replica replica,
      Slicing slicing,
      StateSlices start,
      float @Nullable [] residual,
      boolean sawSomething) {
    float[] left = spec.codec().isExact() || !sawSomething ? null : new float[slicing.parameters()];
    List<byte[]> payload = new ArrayList<>();
    for (int slice = 0; slice < slicing.count(); slice++) {
      int from = slicing.from(slice);
      float[] delta = delta(replica, from, start.parameters(slice));
      if (!isFinite(delta)) {
        return new Sent(nothing(), residual, false);
      }
      if (sawSomething) {
        payload.add(
            ErrorFeedback.slice(spec.codec(), delta, 0, delta.length, residual, left, from));
      }
    }
    return sawSomething ? new Sent(payload, left, true) : new Sent(nothing(), residual, true);
  }

  private List<byte[]> nothing() {
    return Collections.nCopies(slices, new byte[0]);
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

  private static boolean isFinite(float[] values) {
    // A sum over the finite is finite or infinite, never NaN; times zero it tells.
    float sum = 0;
    for (float value : values) {
      sum += value * 0;
    }
    return sum == 0;
  }
}
