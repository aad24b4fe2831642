package io.centroid.privacy;

import io.centroid.data.Batch;
import io.centroid.nn.ClippingLearner;
import io.centroid.nn.Learner;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.optim.GradientNorm;
import java.util.Arrays;

/**
 * Computes the noisy gradients of {@link DpSgd} on one learner. The results depend only on the
 * settings, the parameters, the shard, the worker and the step. Not thread-safe.
 */
public final class PrivateGradient {
  private static final int PIECE = 4096;

  private final Learner learner;
  private final DpSgd settings;
  private final GradientNorm norm;
  private final float[] sum;
  private final float[] piece = new float[PIECE];

  /** Creates buffers for a learner. */
  public PrivateGradient(Learner learner, DpSgd settings) {
    this.learner = learner;
    this.settings = settings;
    this.norm = new GradientNorm(learner.layout());
    this.sum = new float[Math.toIntExact(learner.layout().parameterCount())];
  }

  public DpSgd settings() {
    return settings;
  }

  /** The examples of a worker's shard. */
  public interface Shard {
    int size();

    /** A batch of the examples with these numbers, the first {@code count} of the array. */
    Batch batch(int[] examples, int count);

    /** Seed of the dropout masks of an example in the step. */
    long dropoutSeed(int example);
  }

  /** Largest number of examples that {@link Shard#batch} is asked for. */
  public int batchSize() {
    return learner instanceof ClippingLearner ? settings.expectedExamples() : 1;
  }

  /**
   * Samples examples, and computes the noisy mean of their clipped gradients into {@link
   * Learner#gradient()}. An example whose loss or gradient is NaN or infinite contributes nothing:
   * it must not be able to stop the run.
   *
   * @return sum of the losses of the sampled examples, without noise
   */
  public double compute(Shard shard, int worker, long step) {
    NoiseKey key = key();
    Arrays.fill(sum, 0);
    double lossSum = 0;
    KeyedRandom sampling = key.random(KeyedRandom.Use.SAMPLING, worker, step);
    int[] chosen = new int[batchSize()];
    int count = 0;
    for (int example = 0; example < shard.size(); example++) {
      if (sampling.nextDouble() < settings.samplingRate()) {
        chosen[count++] = example;
        if (count == chosen.length) {
          lossSum += add(shard, chosen, count);
          count = 0;
        }
      }
    }
    lossSum += add(shard, chosen, count);
    writeNoisy(key.random(KeyedRandom.Use.NOISE, worker, step));
    return lossSum;
  }

  /**
   * The key of samples and noise. It depends on the parameters, so that two runs whose parameters
   * differ, for whatever reason, never share noise: the difference of their gradients would be free
   * of it.
   */
  private NoiseKey key() {
    learner.parameters().store(sum);
    return settings.key().derive(FloatVector.sha256(sum));
  }

  /** Adds the clipped gradients of some examples, and returns the sum of their losses. */
  private double add(Shard shard, int[] chosen, int count) {
    if (count == 0) {
      return 0;
    }
    if (learner instanceof ClippingLearner clipping) {
      double lossSum = clipping.clippedGradients(shard.batch(chosen, count), settings.clipNorm());
      if (Double.isFinite(lossSum)) {
        addScaled(1);
        return lossSum;
      }
    }
    double lossSum = 0;
    for (int i = 0; i < count; i++) {
      Batch alone = shard.batch(new int[] {chosen[i]}, 1);
      double loss = learner.gradient(alone, shard.dropoutSeed(chosen[i]));
      double length = norm.of(learner.gradient(), learner.team());
      if (Double.isFinite(loss) && Double.isFinite(length)) {
        addScaled(GradientNorm.clippingFactor(length, settings.clipNorm()));
        lossSum += loss;
      }
    }
    return lossSum;
  }

  private void addScaled(float factor) {
    for (int from = 0; from < sum.length; from += PIECE) {
      int length = Math.min(PIECE, sum.length - from);
      learner.gradient().read(from, piece, length);
      for (int i = 0; i < length; i++) {
        sum[from + i] += factor * piece[i];
      }
    }
  }

  private void writeNoisy(KeyedRandom noise) {
    double deviation = settings.noiseMultiplier() * settings.clipNorm();
    for (int from = 0; from < sum.length; from += PIECE) {
      int length = Math.min(PIECE, sum.length - from);
      for (int i = 0; i < length; i++) {
        double noisy = sum[from + i] + deviation * noise.nextGaussian();
        piece[i] = (float) (noisy / settings.expectedExamples());
      }
      learner.gradient().write(from, piece, length);
    }
  }
}
