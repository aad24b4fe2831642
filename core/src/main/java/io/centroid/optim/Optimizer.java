package io.centroid.optim;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.ThreadTeam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies an {@link UpdateRule} to one flat vector. Call {@link #restore} (or {@link #reset}), then
 * {@link #step} after each gradient. Weight decay applies to weights only; the "gradient" of
 * running statistics is subtracted unscaled. Not thread-safe.
 */
public final class Optimizer {
  private final UpdateRule rule;
  private final Chunks chunks;
  private final int length;
  private final int momentCount;
  private final List<Workspace> workspaces = new ArrayList<>();
  // Empty after takeState, until the next restore or reset.
  private List<float[]> moments = List.of();
  private long steps;

  /**
   * Creates an optimizer with zero state.
   *
   * @param layout layout of the parameter vector
   * @param rule update rule
   */
  public Optimizer(ParameterLayout layout, UpdateRule rule) {
    this.rule = rule;
    this.chunks = new Chunks(layout);
    this.length = Math.toIntExact(layout.parameterCount());
    this.momentCount = rule.stateNames().size();
  }

  /**
   * Buffers for one chunk. They begin at index 0, so that the JIT compiler vectorizes loops over
   * them.
   */
  private record Workspace(float[] parameters, float[] gradients, float[][] moments) {
    Workspace(int momentCount) {
      this(
          new float[Chunks.LENGTH],
          new float[Chunks.LENGTH],
          new float[momentCount][Chunks.LENGTH]);
    }
  }

  /**
   * Takes one step. The gradient is first multiplied by {@code gradientScale} (clipping). The
   * result is bitwise identical for any number of threads.
   */
  public final void step(
      FloatVector parameters,
      FloatVector gradient,
      double learningRate,
      float gradientScale,
      ThreadTeam team) {
    requireMoments();
    steps++;
    while (workspaces.size() < team.size()) {
      workspaces.add(new Workspace(momentCount));
    }
    chunks.forEach(
        team,
        (number, chunk, thread) -> {
          Workspace buffers = workspaces.get(thread);
          parameters.read(chunk.from(), buffers.parameters, chunk.length());
          gradient.read(chunk.from(), buffers.gradients, chunk.length());
          if (chunk.role() == ParameterLayout.Role.STATISTIC) {
            subtract(buffers.parameters, buffers.gradients, chunk.length());
          } else {
            scale(buffers.gradients, chunk.length(), gradientScale);
            move(learningRate, chunk, buffers);
          }
          parameters.write(chunk.from(), buffers.parameters, chunk.length());
        });
  }

  private void move(double learningRate, Chunks.Chunk chunk, Workspace buffers) {
    int from = (int) chunk.from();
    for (int i = 0; i < momentCount; i++) {
      System.arraycopy(moments.get(i), from, buffers.moments[i], 0, chunk.length());
    }
    rule.update(
        buffers.parameters,
        buffers.gradients,
        buffers.moments,
        chunk.length(),
        new UpdateRule.Step(steps, learningRate, chunk.role() == ParameterLayout.Role.WEIGHT));
    for (int i = 0; i < momentCount; i++) {
      System.arraycopy(buffers.moments[i], 0, moments.get(i), from, chunk.length());
    }
  }

  /** Counts a step that the learner took itself. */
  public final void skip() {
    steps++;
  }

  /** Sets the state to zeros and the step count to 0. */
  public final void reset() {
    steps = 0;
    if (moments.size() < momentCount) {
      requireMoments();
      return;
    }
    for (float[] moment : moments) {
      Arrays.fill(moment, 0);
    }
  }

  /** Copies a state; null means {@link #reset}. */
  public final void restore(@Nullable InnerState state) {
    if (state == null) {
      reset();
      return;
    }
    restore(state, 0);
  }

  /**
   * Copies a slice of a state that begins at {@code from}. The state is restored once all of its
   * slices are copied.
   */
  public final void restore(InnerState slice, int from) {
    if (slice.moments().size() != momentCount) {
      throw new IllegalArgumentException(
          "the state has " + slice.moments().size() + " moments, the optimizer " + momentCount);
    }
    steps = slice.steps();
    if (moments.size() < momentCount && slice.moments().get(0).length == length) {
      moments = slice.moments().stream().map(float[]::clone).toList();
      return;
    }
    requireMoments();
    for (int i = 0; i < momentCount; i++) {
      float[] values = slice.moments().get(i);
      System.arraycopy(values, 0, moments.get(i), from, values.length);
    }
  }

  /** Returns the state without a copy. The next call must be a restore or a reset. */
  public final InnerState takeState() {
    requireMoments();
    InnerState state = new InnerState(steps, moments);
    moments = List.of();
    return state;
  }

  private void requireMoments() {
    if (moments.size() == momentCount) {
      return;
    }
    List<float[]> zeros = new ArrayList<>();
    for (int i = 0; i < momentCount; i++) {
      zeros.add(new float[length]);
    }
    moments = List.copyOf(zeros);
  }

  private static void subtract(float[] parameters, float[] gradients, int length) {
    for (int i = 0; i < length; i++) {
      parameters[i] -= gradients[i];
    }
  }

  private static void scale(float[] gradients, int length, float factor) {
    if (factor == 1) {
      return;
    }
    for (int i = 0; i < length; i++) {
      gradients[i] *= factor;
    }
  }
}
