package io.centroid.train.worker;

import io.centroid.averaging.SumOfSquares;
import io.centroid.averaging.codec.ErrorFeedback;
import io.centroid.error.WorkerFailure;
import io.centroid.memory.ProcessMemory;
import io.centroid.optim.InnerState;
import io.centroid.train.worker.LocalTrainer.LocalStep;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker's task in a round: a pure function, whose results are bitwise identical on all machines
 * with the same native library. Parameters and state are sent separately.
 *
 * @param learningRateScale factor of every step's learning rate
 */
public record WorkerTask(
    RoundSpec spec, long firstStep, int epoch, int stepInEpoch, int steps, double learningRateScale)
    implements Serializable {

  public static WorkerTask of(RoundSpec spec, Round round) {
    return new WorkerTask(
        spec,
        round.firstStep(),
        round.epoch(),
        round.stepInEpoch(),
        round.steps(),
        round.learningRateScale());
  }

  /** Takes the local steps, and encodes the delta. */
  public WorkerResult run(int worker, LocalTrainer trainer, SlicedState start, WorkerState kept) {
    long entered = System.nanoTime();
    ProcessMemory process = new ProcessMemory();
    boolean keeps = spec.innerState() == InnerStatePolicy.KEEP;
    trainer.load(start, keeps ? kept.inner() : null);
    long started = System.nanoTime();
    StepTotals totals = steps(worker, trainer);
    long computed = System.nanoTime();
    EncodedDelta encoded = encodeDelta(trainer, start, kept.residual(), totals.examples > 0);
    InnerState state = spec.innerState() == InnerStatePolicy.RESET ? null : trainer.takeState();
    return new WorkerResult(
        new WorkerReport(
            worker,
            totals.examples,
            totals.lossSum,
            Double.isFinite(encoded.squares),
            Math.sqrt(encoded.squares),
            totals.learningRateSum,
            trainer.knowsLearningRates() ? totals.steps : 0,
            totals.gradientNorm,
            computed - started,
            System.nanoTime() - entered,
            process.peak().onDevice(trainer.peakDeviceBytes()),
            trainer.kernels()),
        encoded.payload,
        keeps ? null : state,
        new WorkerState(keeps ? state : null, encoded.residual));
  }

  private record StepTotals(
      int steps, long examples, double lossSum, double learningRateSum, double gradientNorm) {}

  private StepTotals steps(int worker, LocalTrainer trainer) {
    long examples = 0;
    double lossSum = 0;
    double learningRateSum = 0;
    double gradientNorm = Double.NaN;
    int taken = 0;
    for (; taken < steps; taken++) {
      requireNotInterrupted(worker);
      LocalStep step = trainer.step(taken);
      if (step == null) {
        break;
      }
      learningRateSum += step.learningRate();
      examples += step.examples();
      lossSum += step.loss() * step.examples();
      gradientNorm = step.gradientNorm();
    }
    return new StepTotals(taken, examples, lossSum, learningRateSum, gradientNorm);
  }

  /** Stops the steps if the task was killed. */
  private static void requireNotInterrupted(int worker) {
    if (Thread.currentThread().isInterrupted()) {
      throw new WorkerFailure("worker " + worker + " was interrupted");
    }
  }

  /**
   * An encoded delta.
   *
   * @param residual compression error for the next round; null if the codec is exact
   * @param squares sum of the delta's squares; not finite if a value is not
   */
  private record EncodedDelta(List<byte[]> payload, float @Nullable [] residual, double squares) {}

  /**
   * Encodes the delta slice by slice. The payload is empty and the residual unchanged if the worker
   * had no examples, or if the delta is not finite, which ends the run.
   */
  private EncodedDelta encodeDelta(
      LocalTrainer trainer, SlicedState start, float @Nullable [] residual, boolean hasExamples) {
    Slicing slicing = start.slicing();
    float[] newResidual =
        spec.codec().isExact() || !hasExamples ? null : new float[slicing.parameters()];
    List<byte[]> payload = new ArrayList<>();
    double squares = 0;
    for (int slice = 0; slice < slicing.count(); slice++) {
      int from = slicing.from(slice);
      float[] delta = delta(trainer, from, start.parameters(slice));
      squares = SumOfSquares.add(squares, delta, delta.length);
      if (!Double.isFinite(squares)) {
        return new EncodedDelta(emptyPayload(slicing), residual, squares);
      }
      if (hasExamples) {
        payload.add(ErrorFeedback.slice(spec.codec(), delta, residual, newResidual, from));
      }
    }
    return hasExamples
        ? new EncodedDelta(payload, newResidual, squares)
        : new EncodedDelta(emptyPayload(slicing), residual, squares);
  }

  private static List<byte[]> emptyPayload(Slicing slicing) {
    return Collections.nCopies(slicing.count(), new byte[0]);
  }

  /** Change of the parameters that start at {@code from}. */
  private static float[] delta(LocalTrainer trainer, int from, float[] before) {
    float[] delta = trainer.parameters(from, before.length);
    for (int i = 0; i < delta.length; i++) {
      delta[i] -= before[i];
    }
    return delta;
  }
}
