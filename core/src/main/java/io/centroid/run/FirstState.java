package io.centroid.run;

import io.centroid.train.TrainState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state that a run begins with, handed over once: whoever only passes it on does not keep its
 * parameters in memory as long as the run lasts.
 */
final class FirstState {
  private @Nullable TrainState state;
  private final long steps;

  FirstState(TrainState state) {
    this.state = state;
    this.steps = state.steps();
  }

  /** Steps that were taken before. */
  long steps() {
    return steps;
  }

  /** The state, before it is taken. */
  TrainState look() {
    return Objects.requireNonNull(state, "taken");
  }

  /** The state, for the one who goes on from it. */
  TrainState take() {
    TrainState taken = look();
    state = null;
    return taken;
  }
}
