package io.centroid.leak;

import io.centroid.error.InputException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The gate before export and promotion: a model whose canaries are exposed more than {@code
 * leak.max-exposure} is refused, and so is one that was not measured. The lower of the limits of
 * the run, of its measurement and of the command holds; without any the gate is open.
 *
 * @param limit highest permitted exposure in bits; 0 means no limit
 */
public record LeakGate(ModelFiles model, double limit) {

  /**
   * The gate of a model.
   *
   * @param overrides overrides of {@code leak.max-exposure} as {@code key=value}
   * @throws InputException if the run's settings, an override or {@code leak.json} is invalid
   */
  public static LeakGate of(ModelFiles model, List<String> overrides) throws IOException {
    double recorded = LeakRecord.read(model).map(LeakRecord::maxExposure).orElse(0.0);
    double limit = recorded;
    for (double other :
        new double[] {
          model.settings(List.of()).maxExposure(), model.settings(overrides).maxExposure()
        }) {
      limit = limit == 0 || other == 0 ? Math.max(limit, other) : Math.min(limit, other);
    }
    return new LeakGate(model, limit);
  }

  /**
   * Checks the model.
   *
   * @param parametersSha256 SHA-256 of its float32 little-endian parameter vector
   * @param action what is refused, such as {@code export}
   * @throws InputException if the gate refuses it
   */
  public void require(String parametersSha256, String action) throws IOException {
    if (limit == 0) {
      return;
    }
    Optional<LeakRecord> found = LeakRecord.read(model);
    if (found.isEmpty()) {
      throw refusal(action, "there is no " + LeakRecord.FILE + "; centroid leak measures a model");
    }
    LeakRecord record = found.get();
    if (!record.parametersSha256().equals(parametersSha256)) {
      throw refusal(action, LeakRecord.FILE + " is of another checkpoint, " + record.checkpoint());
    }
    if (record.highest() > limit) {
      throw refusal(
          action,
          String.format(Locale.ROOT, "a canary has an exposure of %.1f bits", record.highest()));
    }
  }

  private InputException refusal(String action, String reason) {
    return new InputException(
        String.format(
            Locale.ROOT,
            "%s: %s refused by leak.max-exposure = %s: %s",
            model.folder(),
            action,
            limit,
            reason));
  }
}
