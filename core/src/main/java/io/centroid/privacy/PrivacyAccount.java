package io.centroid.privacy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The privacy loss of a run over its steps. */
public final class PrivacyAccount {
  private final DpSgd settings;
  private final double delta;
  private final RenyiAccountant accountant;

  /**
   * Creates the account of a run.
   *
   * @param settings settings of its steps, the same for all workers
   * @param delta probability with which epsilon may be exceeded
   */
  public PrivacyAccount(DpSgd settings, double delta) {
    this.settings = settings;
    this.delta = delta;
    this.accountant = new RenyiAccountant(settings.samplingRate(), settings.noiseMultiplier());
  }

  /** Settings of the steps. */
  public DpSgd settings() {
    return settings;
  }

  /** The guarantee after a number of steps of each worker. */
  public PrivacyGuarantee after(long steps) {
    return new PrivacyGuarantee(
        epsilon(steps),
        delta,
        steps,
        settings.clipNorm(),
        settings.noiseMultiplier(),
        settings.samplingRate(),
        settings.key().isSecret());
  }

  /** Epsilon after a number of steps of each worker. */
  public double epsilon(long steps) {
    return accountant.epsilon(steps, delta);
  }

  /**
   * What a user must know before the run.
   *
   * @param steps planned number of steps of each worker
   */
  public List<String> notes(long steps) {
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            Locale.ROOT,
            "differential privacy after %,d steps per worker: %s; losses and validation metrics are"
                + " not private (docs/privacy.md)",
            steps,
            after(steps).description()));
    if (!settings.key().isSecret()) {
      notes.add(
          "samples and Gaussian noise follow from train.seed, which manifests show: epsilon does"
              + " not hold against those who know it; set privacy.noise-key");
    }
    return notes;
  }
}
