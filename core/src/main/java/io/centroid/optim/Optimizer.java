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
 * {@link #step} after each gradient. Weight decay applies to weights only; running statistics are
 * reduced by their "gradient" as it is. Belongs to one replica; not thread-safe.
 */
public final class Optimizer {
  private final UpdateRule rule;
  private final Chunks chunks;
  private final int length;
  private final int momentCount;
  private final List<Workspace> workspaces = new ArrayList<>();
  // Empty while a state that was taken has not been replaced.
  private List<float[]> moments = List.of();
  private long steps;

  /**
   * An optimizer without state.
   *
   * @param layout of the vectors that it moves
   */
  public Optimizer(ParameterLayout layout, UpdateRule rule) {
    this.rule = rule;
    this.chunks = new Chunks(layout);
    this.length = Math.toIntExact(layout.parameterCount());
    this.momentCount = rule.stateNames().size();
  }

  /**
   * One piece of the vectors. All begin at 0, so that the compiler turns a plain loop over them
   * into vector instructions.
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
   * Moves the parameters one step against the gradient, which is first multiplied by {@code
   * gradientScale} (clipping). Bitwise identical for any number of threads.
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
          Workspace piece = workspaces.get(thread);
          parameters.read(chunk.from(), piece.parameters, chunk.length());
          gradient.read(chunk.from(), piece.gradients, chunk.length());
          if (chunk.role() == ParameterLayout.Role.STATISTIC) {
            subtract(piece.parameters, piece.gradients, chunk.length());
          } else {
            scale(piece.gradients, chunk.length(), gradientScale);
            move(learningRate, chunk, piece);
          }
          parameters.write(chunk.from(), piece.parameters, chunk.length());
        });
  }

  private void move(double learningRate, Chunks.Chunk chunk, Workspace piece) {
    int from = (int) chunk.from();
    for (int i = 0; i < momentCount; i++) {
      System.arraycopy(moments.get(i), from, piece.moments[i], 0, chunk.length());
    }
    rule.update(
        piece.parameters,
        piece.gradients,
        piece.moments,
        chunk.length(),
        new UpdateRule.Step(steps, learningRate, chunk.role() == ParameterLayout.Role.WEIGHT));
    for (int i = 0; i < momentCount; i++) {
      System.arraycopy(piece.moments[i], 0, moments.get(i), from, chunk.length());
    }
  }

  /** Counts a step that the learner took by itself. */
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

  /** Takes a copy of a state; null means {@link #reset}. */
  public final void restore(@Nullable InnerState state) {
    if (state == null) {
      reset();
      return;
    }
    restore(state, 0);
  }

  /**
   * Takes a copy of a piece of a state, whose first values are those at {@code from}. The pieces of
   * a state restore it once all have come.
   */
  public final void restore(InnerState piece, int from) {
    if (piece.moments().size() != momentCount) {
      throw new IllegalArgumentException(
          "the state has " + piece.moments().size() + " moments, the optimizer " + momentCount);
    }
    steps = piece.steps();
    if (moments.size() < momentCount && piece.moments().get(0).length == length) {
      moments = piece.moments().stream().map(float[]::clone).toList();
      return;
    }
    requireMoments();
    for (int i = 0; i < momentCount; i++) {
      float[] values = piece.moments().get(i);
      System.arraycopy(values, 0, moments.get(i), from, values.length);
    }
  }

  /** Hands the state over without a copy: what follows must begin with a restore or a reset. */
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
