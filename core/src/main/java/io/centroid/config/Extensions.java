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
 * Parts that a program brings along. A configuration chooses them by their names, as it chooses the
 * built-in ones; each is null if there is none.
 *
 * @param optimizer chosen by {@code optimizer.name}
 * @param outer chosen by {@code outer.name}
 * @param codec chosen by {@code average.codec}
 * @param network chosen by {@code model.name}
 * @param data examples for {@code data.format = program}
 */
public record Extensions(
    @Nullable UpdateRule optimizer,
    @Nullable OuterStep outer,
    @Nullable Codec codec,
    Architecture.@Nullable Custom network,
    @Nullable ExampleSource data) {
  /** The built-in parts alone. */
  public static final Extensions NONE = new Extensions(null, null, null, null, null);

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
          "the name of an "
              + what
              + " of your own must differ from the built-in ones and not be empty: \""
              + name
              + "\"");
    }
  }
}
