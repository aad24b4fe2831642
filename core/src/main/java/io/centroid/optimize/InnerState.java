package io.centroid.optimize;

import java.io.Serializable;
import java.util.List;

/**
 * What an optimizer remembers between steps, as plain arrays: it travels between workers and driver
 * and into checkpoints. Treat the arrays as immutable.
 *
 * @param steps steps taken since the state was fresh
 * @param moments one flat vector for each of the optimizer's {@code momentNames}; empty for plain
 *     SGD
 */
public record InnerState(long steps, List<float[]> moments) implements Serializable {
  public InnerState {
    moments = List.copyOf(moments);
  }

  /** Size of the vectors. */
  public long bytes() {
    long values = 0;
    for (float[] moment : moments) {
      values += moment.length;
    }
    return values * Float.BYTES;
  }
}
