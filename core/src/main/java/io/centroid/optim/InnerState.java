package io.centroid.optim;

import io.centroid.averaging.WeightedMean;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What an optimizer remembers between steps, as plain arrays: it travels between workers and driver
 * and into checkpoints. Treat the arrays as immutable.
 *
 * @param steps steps taken since the state was fresh
 * @param moments one flat vector for each of the optimizer's {@code stateNames}; empty for plain
 *     SGD
 */
public record InnerState(long steps, List<float[]> moments) implements Serializable {
  public InnerState {
    moments = List.copyOf(moments);
  }

  /**
   * The mean of states in worker order, by weight; it has taken as many steps as the longest.
   *
   * @param weights of the states; 0 leaves one out
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

  /** Size of the vectors. */
  public long bytes() {
    long values = 0;
    for (float[] moment : moments) {
      values += moment.length;
    }
    return values * Float.BYTES;
  }
}
