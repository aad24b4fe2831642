package io.centroid;

import io.centroid.averaging.OuterStep;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An outer optimizer with its hyperparameters, created by {@link OuterOptimizers}. Immutable. */
public final class OuterOptimizer {
  private final Map<String, Object> settings;
  private final @Nullable OuterStep step;

  OuterOptimizer(Map<String, Object> settings, @Nullable OuterStep step) {
    this.settings = Map.copyOf(settings);
    this.step = step;
  }

  Map<String, Object> settings() {
    return settings;
  }

  @Nullable OuterStep step() {
    return step;
  }
}
