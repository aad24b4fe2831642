package io.centroid.bench.gpu;

import io.centroid.bench.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs of one system with one case.
 *
 * @param system name of the system
 * @param millis median milliseconds of a step, run by run; empty if the case was not measured
 * @param missing reason why it was not measured; empty if it was
 */
public record GpuResult(GpuCase what, String system, List<Double> millis, String missing) {
  public GpuResult {
    millis = List.copyOf(millis);
  }

  /** Tokens or examples per second, run by run. */
  public List<Double> rates() {
    List<Double> rates = new ArrayList<>();
    millis.forEach(step -> rates.add(what.unitsPerStep() * 1e3 / step));
    return rates;
  }

  /** Median and quartiles of the rates; empty if the case was not measured. */
  public Optional<Spread> rate() {
    return millis.isEmpty() ? Optional.empty() : Optional.of(Spread.of(rates()));
  }

  /** This system's rate divided by another's, run by run; empty if one of them has none. */
  public Optional<Spread> ratioTo(GpuResult other) {
    return millis.isEmpty() || other.millis.isEmpty()
        ? Optional.empty()
        : Optional.of(Spread.ofRatios(rates(), other.rates()));
  }

  /**
   * Share of the card's peak that the median rate takes; empty if the case is not GPT-2 in bfloat16
   * or was not measured.
   *
   * @param peakTeraFlops dense peak in bfloat16, in TFLOP/s
   */
  public Optional<Double> shareOfPeak(double peakTeraFlops) {
    return what instanceof Gpt2Training gpt2 && gpt2.inBfloat16()
        ? rate().map(rate -> rate.median() * gpt2.flopPerToken() / (peakTeraFlops * 1e12))
        : Optional.empty();
  }
}
