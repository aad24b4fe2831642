package io.centroid.optim;

import io.centroid.averaging.WeightedMean;
import io.centroid.averaging.codec.RawFloats;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of an inner optimizer as plain arrays. It is sent between workers and driver, and
 * stored in checkpoints. Treat the arrays as immutable.
 *
 * @param steps number of steps since the state was reset
 * @param moments one flat vector for each of the optimizer's {@code stateNames}; empty for plain
 *     SGD
 */
public record InnerState(long steps, List<float[]> moments) implements Serializable {
  public InnerState {
    moments = List.copyOf(moments);
  }

  /**
   * The weighted mean of the workers' states, in worker order. Its step count is the largest of
   * theirs.
   *
   * @param weights weight of each state; 0 skips it
   */
  public static InnerState mean(List<InnerState> states, List<Long> weights) {
    long steps = states.stream().mapToLong(InnerState::steps).max().orElse(0);
    List<float[]> moments = new ArrayList<>();
    for (int moment = 0; moment < states.get(0).moments().size(); moment++) {
      var sum = new WeightedMean(states.get(0).moments().get(moment).length);
      for (int i = 0; i < states.size(); i++) {
        sum.add(states.get(i).moments().get(moment), weights.get(i));
      }
      moments.add(sum.mean());
    }
    return new InnerState(steps, moments);
  }

  /** Size of the moment vectors in bytes. */
  public long bytes() {
    long values = 0;
    for (float[] moment : moments) {
      values += moment.length;
    }
    return values * Float.BYTES;
  }

  private Object writeReplace() {
    return new Serialized(steps, RawFloats.of(moments));
  }

  private record Serialized(long steps, List<RawFloats> moments) implements Serializable {
    private Object readResolve() {
      return new InnerState(steps, RawFloats.values(moments));
    }
  }
}
