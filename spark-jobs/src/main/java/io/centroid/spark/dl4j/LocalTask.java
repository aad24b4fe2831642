package io.centroid.spark.dl4j;

import io.centroid.InputException;
import io.centroid.averaging.codec.ErrorFeedback;
import io.centroid.optim.InnerState;
import io.centroid.random.Seed;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Slicing;
import io.centroid.train.worker.WorkerReport;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerState;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * One worker's part of a round: a pure function of the start, the minibatches and the worker's
 * memory.
 *
 * @param first number of the worker's first minibatch in this round
 */
record LocalTask(MasterSettings settings, int epoch, int first) implements Serializable {

  /**
   * Takes the local steps.
   *
   * @throws InputException if a minibatch does not fit the network
   */
  LocalResult run(int worker, Start start, Minibatches minibatches, WorkerState memory) {
    long entered = System.nanoTime();
    int to = Math.min(first + settings.localSteps(), minibatches.count());
    if (to <= first) {
      return nothing(worker, start, memory);
    }
    LocalTrainer trainer = TrainerPool.borrow(start.network());
    trainer.begin(start.parameters(), state(start, memory), start.iteration(), epoch);
    long began = System.nanoTime();
    long examples = 0;
    double lossSum = 0;
    for (int i = first; i < to; i++) {
      MultiDataSet minibatch = minibatches.get(i);
      int rows = Minibatches.rows(minibatch);
      lossSum += rows * step(trainer, worker, i, minibatch);
      examples += rows;
    }
    long computed = System.nanoTime();
    float[] delta = trainer.parameters();
    boolean finite = subtract(delta, start.parameters());
    // Numbers that are not finite end the run: nothing is sent.
    List<byte[]> payload = List.of();
    float[] residual = memory.residual();
    if (finite) {
      int whole = Slicing.of(delta.length, 1).length();
      ErrorFeedback.Compressed sent =
          ErrorFeedback.compress(settings.createCodec(), delta, residual, whole);
      payload = sent.slices();
      residual = sent.residual();
    }
    InnerState inner =
        settings.innerState() == InnerStatePolicy.RESET
            ? null
            : new InnerState(trainer.iteration(), List.of(trainer.updaterState()));
    int iteration = trainer.iteration();
    TrainerPool.giveBack(start.network(), trainer);
    boolean keeps = settings.innerState() == InnerStatePolicy.KEEP;
    WorkerReport report =
        new WorkerReport(
            worker, examples, lossSum, finite, computed - began, System.nanoTime() - entered);
    return new LocalResult(
        new WorkerResult(
            report, payload, keeps ? null : inner, new WorkerState(keeps ? inner : null, residual)),
        iteration);
  }

  /** A worker whose minibatches are used up waits for the others. */
  private static LocalResult nothing(int worker, Start start, WorkerState memory) {
    WorkerReport report = new WorkerReport(worker, 0, 0, true, 0, 0);
    return new LocalResult(new WorkerResult(report, List.of(), null, memory), start.iteration());
  }

  private float[] state(Start start, WorkerState memory) {
    InnerState own = memory.inner();
    return own == null ? start.updaterState() : own.moments().get(0);
  }

  private double step(LocalTrainer trainer, int worker, int number, MultiDataSet minibatch) {
    long noise =
        Seed.of(settings.seed(), Seed.Purpose.STEP_NOISE, worker, trainer.iteration(), epoch);
    try {
      return trainer.step(minibatch, noise);
    } catch (RuntimeException e) {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new InputException(
          "minibatch "
              + number
              + " of worker "
              + worker
              + " (features "
              + shapes(minibatch.getFeatures())
              + ", labels "
              + shapes(minibatch.getLabels())
              + ") does not fit the network: "
              + message.lines().findFirst().orElse(""),
          e);
    }
  }

  private static List<String> shapes(INDArray[] arrays) {
    return Arrays.stream(arrays).map(array -> Arrays.toString(array.shape())).toList();
  }

  /** Whether all differences are finite. */
  private static boolean subtract(float[] from, float[] values) {
    boolean finite = true;
    for (int i = 0; i < from.length; i++) {
      from[i] -= values[i];
      finite &= Float.isFinite(from[i]);
    }
    return finite;
  }
}
