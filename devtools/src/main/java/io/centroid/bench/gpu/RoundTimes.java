package io.centroid.bench.gpu;

import io.centroid.bench.Spread;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Times of one worker's part of a round, in milliseconds, without the network and the driver.
 *
 * @param parametersUp writing the parameters and copying them to the device
 * @param stateUp copying the optimizer's state to the device
 * @param compute the local steps
 * @param parametersDown copying the parameters to the host, after the last update has ended
 * @param stateDown copying the optimizer's state to the host
 */
public record RoundTimes(
    double parametersUp, double stateUp, double compute, double parametersDown, double stateDown) {

  /** Medians of each part. */
  static RoundTimes medians(List<RoundTimes> rounds) {
    return new RoundTimes(
        median(rounds, RoundTimes::parametersUp),
        median(rounds, RoundTimes::stateUp),
        median(rounds, RoundTimes::compute),
        median(rounds, RoundTimes::parametersDown),
        median(rounds, RoundTimes::stateDown));
  }

  private static double median(List<RoundTimes> rounds, ToDoubleFunction<RoundTimes> part) {
    return Spread.of(rounds.stream().mapToDouble(part).boxed().toList()).median();
  }

  /** Share of copies between host and device if the state is reset in every round. */
  public double copyShareWithoutState() {
    double copies = parametersUp + parametersDown;
    return copies / (copies + compute);
  }

  /** The same if the state is averaged or kept, and so copied too. */
  public double copyShareWithState() {
    double copies = parametersUp + stateUp + parametersDown + stateDown;
    return copies / (copies + compute);
  }
}
