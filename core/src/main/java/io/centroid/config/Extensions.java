package io.centroid.config;

import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.data.ExampleSource;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.nn.Architecture;
import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.UpdateRule;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Custom components of a program. A configuration selects them by name, like the built-in ones;
 * null means none.
 *
 * @param optimizer update rule, selected by {@code optimizer.name}
 * @param outer outer optimizer, selected by {@code outer.name}
 * @param codec codec of deltas, selected by {@code average.codec}
 * @param network network, selected by {@code model.name}
 * @param data examples for {@code data.format = program}
 */
public record Extensions(
    @Nullable UpdateRule optimizer,
    @Nullable OuterStep outer,
    @Nullable Codec codec,
    Architecture.@Nullable Custom network,
    @Nullable ExampleSource data) {
  /** No custom components. */
  public static final Extensions NONE = new Extensions(null, null, null, null, null);

  /** Examples of a program, and the built-in components. */
  public static Extensions ofData(@Nullable ExampleSource data) {
    return new Extensions(null, null, null, null, data);
  }

  public Extensions {
    if (optimizer != null) {
      requireNew("optimizer", optimizer.name(), OptimizerSettings.Name.values());
    }
    if (outer != null) {
      requireNew("outer optimizer", outer.name(), OuterSettings.Name.values());
    }
    if (codec != null) {
      requireNew("codec", codec.name(), Codec.Name.values());
    }
    if (network != null) {
      requireNew("network", network.name(), RunConfig.Model.Name.values());
    }
  }

  private static void requireNew(String what, String name, Enum<?>[] builtIn) {
    if (name.isBlank() || Arrays.stream(builtIn).anyMatch(one -> Json.spelling(one).equals(name))) {
      throw new InputException(
          "the name of a custom "
              + what
              + " must not be empty or the name of a built-in one: \""
              + name
              + "\"");
    }
  }
}
