package io.centroid.spark.dl4j;

import io.centroid.error.InputException;
import io.centroid.error.WorkerFailure;
import io.centroid.optim.InnerState;
import io.centroid.random.Seed;
import io.centroid.train.worker.LocalTrainer;
import io.centroid.train.worker.SlicedState;
import io.centroid.train.worker.Slicing;
import io.centroid.train.worker.WorkerTask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.exception.DL4JException;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.exception.ND4JException;
import org.nd4j.linalg.exception.ND4JOpProfilerException;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs local steps by the network's own fit and updater. Masks, sequences, multiple inputs and
 * outputs, schedules and regularization are DL4J's.
 */
final class Dl4jTrainer implements LocalTrainer {
  private final Dl4jNetwork network;
  private final InnerState fresh;
  private final WorkerTask task;
  private final int worker;
  private final Minibatches minibatches;
  private final long seed;
  private float @Nullable [] result;

  Dl4jTrainer(
      NetworkReplica replica, WorkerTask task, int worker, Minibatches minibatches, long seed) {
    this.network = replica.network();
    this.fresh = replica.fresh();
    this.task = task;
    this.worker = worker;
    this.minibatches = minibatches;
    this.seed = seed;
  }

  @Override
  public void load(SlicedState start, @Nullable InnerState own) {
    Slicing slicing = start.slicing();
    float[] parameters = new float[slicing.parameters()];
    for (int slice = 0; slice < slicing.count(); slice++) {
      float[] values = start.parameters(slice);
      System.arraycopy(values, 0, parameters, slicing.from(slice), values.length);
    }
    network.parameters(parameters);
    network.updaterState(own != null ? own : shared(start));
    network.iteration(Math.toIntExact(task.firstStep()));
    network.epoch(task.epoch());
  }

  private InnerState shared(SlicedState start) {
    Slicing slicing = start.slicing();
    List<float[]> vectors = new ArrayList<>();
    for (int slice = 0; slice < slicing.count(); slice++) {
      InnerState shared = start.shared(slice);
      if (shared == null) {
        return fresh;
      }
      for (int i = 0; i < shared.moments().size(); i++) {
        float[] values = shared.moments().get(i);
        if (slice == 0) {
          vectors.add(new float[slicing.parameters()]);
        }
        System.arraycopy(values, 0, vectors.get(i), slicing.from(slice), values.length);
      }
    }
    return new InnerState(task.firstStep(), vectors);
  }

  @Override
  public @Nullable LocalStep step(int number) {
    int next = task.stepInEpoch() + number;
    if (next >= minibatches.count()) {
      return null;
    }
    MultiDataSet minibatch = minibatches.get(next);
    int before = network.iteration();
    Nd4j.getRandom().setSeed(Seed.of(seed, Seed.Purpose.DROPOUT, worker, before, task.epoch()));
    try {
      network.fit(minibatch);
    } catch (RuntimeException e) {
      throw isCausedByData(e)
          ? new InputException(
              "minibatch "
                  + next
                  + " of worker "
                  + worker
                  + shapes(minibatch)
                  + " does not fit the network: "
                  + WorkerFailure.described(e),
              e)
          : WorkerFailure.of(worker, "minibatch " + next + shapes(minibatch), e);
    }
    return new LocalStep(
        Minibatches.rows(minibatch),
        network.model().score(),
        network.iteration() - before,
        Double.NaN);
  }

  @Override
  public boolean knowsLearningRates() {
    return false;
  }

  /**
   * True if the data caused the exception. Spark retries the task after other failures, such as an
   * OutOfMemoryError.
   */
  private static boolean isCausedByData(RuntimeException e) {
    return e instanceof DL4JException
        || e instanceof IllegalArgumentException
        || e instanceof IllegalStateException
        || (e instanceof ND4JException && !(e instanceof ND4JOpProfilerException));
  }

  private static String shapes(MultiDataSet minibatch) {
    return " (features "
        + shapes(minibatch.getFeatures())
        + ", labels "
        + shapes(minibatch.getLabels())
        + ")";
  }

  private static List<String> shapes(INDArray[] arrays) {
    return Arrays.stream(arrays).map(array -> Arrays.toString(array.shape())).toList();
  }

  @Override
  public float[] parameters(int from, int length) {
    float[] all = result;
    if (all == null) {
      all = network.parameters();
      result = all;
    }
    return Arrays.copyOfRange(all, from, from + length);
  }

  @Override
  public InnerState takeState() {
    return network.copyOfUpdaterState();
  }
}
