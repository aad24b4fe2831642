package io.centroid.train.worker;

import io.centroid.WorkerFailure;
import io.centroid.averaging.SumOfSquares;
import io.centroid.averaging.codec.ErrorFeedback;
import io.centroid.memory.ProcessMemory;
import io.centroid.optim.InnerState;
import io.centroid.train.worker.LocalTrainer.LocalStep;
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
    RoundSpec spec, long firstStep, int epoch, int stepInEpoch, int steps, double rateScale)
    implements Serializable {

  public static WorkerTask of(RoundSpec spec, Round round) {
    return new WorkerTask(
        spec,
        round.firstStep(),
        round.epoch(),
        round.stepInEpoch(),
        round.steps(),
        round.rateScale());
  }

  /** Takes the local steps with the worker's trainer. */
  public WorkerResult run(int worker, LocalTrainer trainer, SlicedState start, WorkerState memory) {
    long entered = System.nanoTime();
    ProcessMemory process = new ProcessMemory();
    boolean keeps = spec.innerState() == InnerStatePolicy.KEEP;
    trainer.load(start, keeps ? memory.inner() : null);
    long started = System.nanoTime();
    Seen seen = steps(worker, trainer);
    long computed = System.nanoTime();
    Sent sent = send(trainer, start, memory.residual(), seen.examples > 0);
    InnerState state = spec.innerState() == InnerStatePolicy.RESET ? null : trainer.takeState();
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
            process.peak()),
        sent.payload,
        keeps ? null : state,
        new WorkerState(keeps ? state : null, sent.residual));
  }

  private record Seen(long examples, double lossSum, double path) {}

  private Seen steps(int worker, LocalTrainer trainer) {
    long seen = 0;
    double lossSum = 0;
    double path = 0;
    for (int i = 0; i < steps; i++) {
      requireWanted(worker);
      LocalStep step = trainer.step(i);
      if (step == null) {
        break;
      }
      path += step.path();
      seen += step.examples();
      lossSum += step.loss() * step.examples();
    }
    return new Seen(seen, lossSum, path);
  }

  /** A task that was killed must not keep its core until its last step. */
  private static void requireWanted(int worker) {
    if (Thread.currentThread().isInterrupted()) {
      throw new WorkerFailure("worker " + worker + " was interrupted");
    }
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
      LocalTrainer trainer, SlicedState start, float @Nullable [] residual, boolean sawSomething) {
    Slicing slicing = start.slicing();
    float[] left = spec.codec().isExact() || !sawSomething ? null : new float[slicing.parameters()];
    List<byte[]> payload = new ArrayList<>();
    double squares = 0;
    for (int slice = 0; slice < slicing.count(); slice++) {
      int from = slicing.from(slice);
      float[] delta = delta(trainer, from, start.parameters(slice));
      squares = SumOfSquares.add(squares, delta, delta.length);
      if (!Double.isFinite(squares)) {
        return new Sent(nothing(slicing), residual, squares);
      }
      if (sawSomething) {
        payload.add(ErrorFeedback.slice(spec.codec(), delta, residual, left, from));
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
  private static float[] delta(LocalTrainer trainer, int from, float[] before) {
    float[] delta = trainer.parameters(from, before.length);
    for (int i = 0; i < delta.length; i++) {
      delta[i] -= before[i];
    }
    return delta;
  }
}
