package io.centroid.train;

import io.centroid.Seed;
import io.centroid.data.Batch;
import io.centroid.data.EpochOrder;
import io.centroid.data.Examples;
import io.centroid.model.Learner;
import io.centroid.optimize.GradientNorm;
import io.centroid.optimize.InnerState;
import io.centroid.optimize.Optimizer;
import io.centroid.optimize.OptimizerSettings;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One worker's part of a round, a pure function: the same arguments give the same bits on any
 * machine with the same native library. Without the parameters and the state, which travel apart.
 */
public record WorkerTask(WorkerSpec spec, long firstStep, int epoch, int stepInEpoch, int steps)
    implements Serializable {

  public static WorkerTask of(WorkerSpec spec, Round round) {
    return new WorkerTask(
        spec, round.firstStep(), round.epoch(), round.stepInEpoch(), round.steps());
  }

  /**
   * Takes the local steps.
   *
   * @param learner of {@code spec.network()}; its parameters are overwritten
   * @param inner state to go on from; null means fresh
   */
  public WorkerResult run(
      int worker,
      Learner learner,
      Examples examples,
      float[] parameters,
      @Nullable InnerState inner) {
    long started = System.nanoTime();
    OptimizerSettings settings = spec.optimizer();
    Optimizer optimizer = settings.create(learner.layout());
    optimizer.restore(inner);
    learner.parameters().load(parameters);
    int[] order = EpochOrder.of(examples.count(), spec.seed(), epoch, worker);
    Batch batch = new Batch(examples.shape(), spec.batchSize());
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
      double loss =
          learner.gradient(batch, Seed.of(spec.seed(), Seed.Purpose.STEP_NOISE, worker, step));
      float clipping = clipping(settings, learner);
      optimizer.step(
          learner.parameters(),
          learner.gradient(),
          settings.rateAt(step, spec.workers()),
          clipping);
      seen += batch.size();
      lossSum += loss * batch.size();
    }
    return new WorkerResult(
        worker,
        delta(learner, parameters),
        states(optimizer),
        seen,
        lossSum,
        System.nanoTime() - started);
  }

  private static float clipping(OptimizerSettings settings, Learner learner) {
    if (settings.clipNorm() == 0) {
      return 1;
    }
    double norm = GradientNorm.of(learner.gradient(), learner.layout());
    return GradientNorm.clippingFactor(norm, settings.clipNorm());
  }

  private static float[] delta(Learner learner, float[] parameters) {
    float[] delta = new float[parameters.length];
    learner.parameters().store(delta);
    for (int i = 0; i < delta.length; i++) {
      delta[i] -= parameters[i];
    }
    return delta;
  }

  private List<InnerState> states(Optimizer optimizer) {
    return switch (spec.innerState()) {
      case RESET -> List.of();
      case AVERAGE, KEEP -> List.of(optimizer.state());
    };
  }
}
