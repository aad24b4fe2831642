package io.centroid.train.worker;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.TargetScaling;
import io.centroid.error.WorkerFailure;
import io.centroid.nn.Learner;
import io.centroid.optim.DeviceLearner;
import io.centroid.optim.InnerState;
import io.centroid.optim.Stepper;
import io.centroid.privacy.PrivateGradient;
import io.centroid.random.Seed;
import java.util.PrimitiveIterator;
import org.jspecify.annotations.Nullable;

/** Local trainer for {@link Learner} networks. */
final class LearnerTrainer implements LocalTrainer {
  private final WorkerSpec spec;
  private final WorkerTask task;
  private final int worker;
  private final Replica replica;
  private final Learner learner;
  private final Stepper stepper;
  private final Examples examples;
  private final int[] order;
  private final Batch batch;
  private final @Nullable PrivateGradient privateGradient;

  /**
   * Creates a trainer.
   *
   * @param replica replica of {@code spec.network()}, whose parameters are overwritten
   * @param order order of the examples in this epoch
   */
  LearnerTrainer(
      WorkerSpec spec,
      WorkerTask task,
      int worker,
      Replica replica,
      Examples examples,
      int[] order) {
    this.spec = spec;
    this.task = task;
    this.worker = worker;
    this.replica = replica;
    this.learner = replica.learner();
    this.stepper = replica.stepper(spec.optimizer());
    this.examples = examples;
    this.order = order;
    this.privateGradient = spec.privacy() == null ? null : replica.privateGradient(spec.privacy());
    this.batch =
        replica.batch(
            examples.shape(),
            privateGradient == null ? spec.batchSize() : privateGradient.batchSize());
  }

  @Override
  public String kernels() {
    return replica.kernels();
  }

  @Override
  public long peakDeviceBytes() {
    return learner.peakDeviceBytes();
  }

  @Override
  public void load(SlicedState start, @Nullable InnerState own) {
    start.loadInto(learner.parameters());
    if (learner instanceof DeviceLearner device) {
      device.upload();
    }
    if (own != null) {
      stepper.restore(own, 0);
      return;
    }
    PrimitiveIterator.OfInt slices = start.order().iterator();
    while (slices.hasNext()) {
      int slice = slices.nextInt();
      InnerState shared = start.shared(slice);
      if (shared == null) {
        stepper.reset();
        return;
      }
      stepper.restore(shared, start.slicing().from(slice));
    }
  }

  @Override
  public @Nullable LocalStep step(int number) {
    if (privateGradient != null) {
      return privateStep(privateGradient, task.firstStep() + number);
    }
    long from = (long) (task.stepInEpoch() + number) * spec.batchSize();
    if (from >= examples.count()) {
      return null;
    }
    int to = (int) Math.min(from + spec.batchSize(), examples.count());
    long step = task.firstStep() + number;
    long dropoutSeed = Seed.of(spec.seed(), Seed.Purpose.DROPOUT, worker, step);
    double learningRate = learningRate(step);
    try {
      batch.fill(examples, spec.normalization(), order, (int) from, to);
      TargetScaling scaling = spec.normalization().targets();
      scaling.standardize(batch.targets(), batch.size());
      Stepper.Measured taken =
          isLast(number, to)
              ? stepper.measuredStep(batch, dropoutSeed, learningRate)
              : new Stepper.Measured(stepper.step(batch, dropoutSeed, learningRate), Double.NaN);
      double loss = taken.loss() * scaling.deviation() * scaling.deviation();
      return new LocalStep(batch.size(), loss, learningRate, taken.gradientNorm());
    } catch (RuntimeException e) {
      throw WorkerFailure.of(worker, place(step, (int) from, to), e);
    }
  }

  /**
   * A differentially private step. Its number of examples is the expected one, not that of the
   * sample, since it becomes the delta's weight, which must not depend on the sample; every worker
   * takes every step, whatever the size of its shard.
   */
  private LocalStep privateStep(PrivateGradient gradient, long step) {
    double learningRate = learningRate(step);
    double deviation = spec.normalization().targets().deviation();
    int expected = gradient.settings().expectedExamples();
    try {
      double lossSum = gradient.compute(shard(step), worker, step);
      double norm = stepper.gradientStep(learningRate);
      return new LocalStep(
          expected, lossSum / expected * deviation * deviation, learningRate, norm);
    } catch (RuntimeException e) {
      throw WorkerFailure.of(worker, "step " + step, e);
    }
  }

  /** The examples from which a private step samples. */
  private PrivateGradient.Shard shard(long step) {
    return new PrivateGradient.Shard() {
      @Override
      public int size() {
        return examples.count();
      }

      @Override
      public Batch batch(int[] chosen, int count) {
        batch.fill(examples, spec.normalization(), chosen, 0, count);
        spec.normalization().targets().standardize(batch.targets(), count);
        return batch;
      }

      @Override
      public long dropoutSeed(int example) {
        return Seed.of(spec.seed(), Seed.Purpose.DROPOUT, worker, step, example);
      }
    };
  }

  private double learningRate(long step) {
    return spec.optimizer().learningRateAt(step, spec.workers()) * task.learningRateScale();
  }

  /** Whether the worker takes no other step in this round. */
  private boolean isLast(int number, int to) {
    return number == task.steps() - 1 || to == examples.count();
  }

  private String place(long step, int from, int to) {
    return "step "
        + step
        + ", examples "
        + from
        + " to "
        + (to - 1)
        + " of its shard in the order of epoch "
        + task.epoch();
  }

  @Override
  public float[] parameters(int from, int length) {
    float[] values = replica.scratch(length);
    learner.parameters().read(from, values, length);
    return values;
  }

  @Override
  public InnerState takeState() {
    return stepper.takeState();
  }
}
