package io.centroid.optimize;

import io.centroid.kernels.FloatVector;
import io.centroid.model.ParameterLayout;
import io.centroid.model.ParameterLayout.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A first-order optimizer over one flat vector. Call {@link #restore} (or {@link #reset}), then
 * {@link #step} after each gradient. Weight decay reaches weights only; running statistics take
 * their "gradient" as it is. One replica's; not thread-safe.
 */
public abstract sealed class Optimizer permits Sgd, Momentum, AdamW {
  private static final int CHUNK = 4096;

  private final ParameterLayout layout;
  private final List<float[]> moments;
  private final float[] values = new float[CHUNK];
  private final float[] slopes = new float[CHUNK];
  private long steps;

  Optimizer(ParameterLayout layout, int momentCount) {
    this.layout = layout;
    List<float[]> fresh = new ArrayList<>();
    for (int i = 0; i < momentCount; i++) {
      fresh.add(new float[Math.toIntExact(layout.parameterCount())]);
    }
    this.moments = List.copyOf(fresh);
  }

  /** The numbers of one step, the same for every parameter. */
  record Step(long number, double rate) {}

  /**
   * Moves {@code values[0..length)} against {@code slopes}; the moments of the first value stand at
   * {@code offset}.
   *
   * @param decays whether weight decay reaches these values
   */
  abstract void update(
      Step step,
      float[] values,
      float[] slopes,
      int length,
      List<float[]> moments,
      int offset,
      boolean decays);

  /**
   * Moves the parameters one step against the gradient, which is first multiplied by {@code
   * gradientScale} (clipping).
   */
  public final void step(
      FloatVector parameters, FloatVector gradient, double rate, float gradientScale) {
    steps++;
    Step step = new Step(steps, rate);
    for (Entry entry : layout.entries()) {
      long end = entry.offset() + entry.size();
      for (long from = entry.offset(); from < end; from += CHUNK) {
        int length = (int) Math.min(CHUNK, end - from);
        parameters.read(from, values, length);
        gradient.read(from, slopes, length);
        if (entry.role() == ParameterLayout.Role.STATISTIC) {
          subtract(values, slopes, length);
        } else {
          scale(slopes, length, gradientScale);
          update(
              step,
              values,
              slopes,
              length,
              moments,
              (int) from,
              entry.role() == ParameterLayout.Role.WEIGHT);
        }
        parameters.write(from, values, length);
      }
    }
  }

  /** Counts a step that the learner took by itself. */
  public final void skip() {
    steps++;
  }

  /** Forgets everything. */
  public final void reset() {
    steps = 0;
    for (float[] moment : moments) {
      java.util.Arrays.fill(moment, 0);
    }
  }

  /** Takes a copy of a state; null means {@link #reset}. */
  public final void restore(@Nullable InnerState state) {
    if (state == null) {
      reset();
      return;
    }
    if (state.moments().size() != moments.size()) {
      throw new IllegalArgumentException(
          "the state has " + state.moments().size() + " moments, the optimizer " + moments.size());
    }
    steps = state.steps();
    for (int i = 0; i < moments.size(); i++) {
      System.arraycopy(state.moments().get(i), 0, moments.get(i), 0, moments.get(i).length);
    }
  }

  /** A copy of the state. */
  public final InnerState state() {
    return new InnerState(steps, moments.stream().map(float[]::clone).toList());
  }

  private static void subtract(float[] values, float[] slopes, int length) {
    for (int i = 0; i < length; i++) {
      values[i] -= slopes[i];
    }
  }

  private static void scale(float[] slopes, int length, float factor) {
    if (factor == 1) {
      return;
    }
    for (int i = 0; i < length; i++) {
      slopes[i] *= factor;
    }
  }
}
