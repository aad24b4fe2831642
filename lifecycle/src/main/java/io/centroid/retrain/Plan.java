package io.centroid.retrain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.registry.AliasRecord;
import io.centroid.retrain.data.ConsumedDataLog;
import io.centroid.retrain.data.DataIncrement;
import io.centroid.retrain.data.DataIncrements;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Plans an attempt: selects the new data increments and the training data. An increment that cannot
 * be used does not keep the others from being used. Used for one plan.
 */
final class Plan {
  private final DataIncrements increments;
  private final ConsumedDataLog watermark;
  private final RunConfig.Retrain settings;
  private final Examination examination;
  private final Consumer<String> notes;
  private final Map<DataIncrement, String> defects = new LinkedHashMap<>();
  private final Map<String, String> waiting = new TreeMap<>();
  private final List<DataIncrement> fresh = new ArrayList<>();
  private final List<DataIncrement> training = new ArrayList<>();
  private boolean hasNew;

  /** Reads new data before anything is trained on it. */
  interface Examination {
    /** Why a data increment cannot be used; empty if it can. */
    Optional<String> defect(DataIncrement increment) throws IOException;
  }

  Plan(
      DataIncrements increments,
      ConsumedDataLog watermark,
      RunConfig.Retrain settings,
      Examination examination,
      Consumer<String> notes) {
    this.increments = increments;
    this.watermark = watermark;
    this.settings = settings;
    this.examination = examination;
    this.notes = notes;
  }

  /** The next attempt; empty if there is no new data. */
  Optional<Attempt> next(int number, String trajectory, Optional<AliasRecord.Target> champion)
      throws IOException {
    for (DataIncrements.Found found : increments.list()) {
      add(found);
    }
    if (!hasNew) {
      return Optional.empty();
    }
    Attempt attempt =
        new Attempt(
            number,
            Phase.PLANNED,
            trajectory,
            fresh,
            training,
            champion.map(AliasRecord.Target::version).orElse(0),
            champion.map(AliasRecord.Target::since).orElse(0L),
            null,
            List.of(),
            0,
            JsonNodeFactory.instance.objectNode());
    return Optional.of(
        defects.isEmpty() ? attempt : attempt.withFinding("quarantined", reasons(defects)));
  }

  /** Reasons by data increment of those that cannot be used; known after {@link #next}. */
  Map<DataIncrement, String> defects() {
    return defects;
  }

  /** Reasons by name of the data increments that wait; known after {@link #next}. */
  Map<String, String> waiting() {
    return waiting;
  }

  static ObjectNode reasons(Map<DataIncrement, String> defects) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    defects.forEach((increment, reason) -> node.put(increment.name(), reason));
    return node;
  }

  private void add(DataIncrements.Found found) throws IOException {
    Optional<ConsumedDataLog.Entry> before = watermark.of(found.name());
    boolean quarantined = before.filter(ConsumedDataLog.Entry::isQuarantined).isPresent();
    boolean used = before.isPresent() && !quarantined;
    boolean included = settings.includeQuarantined().contains(found.name());
    boolean trains = used && settings.trainOn() == RunConfig.Retrain.TrainOn.ALL;
    if (before.isPresent() && !trains && !included && before.get().looksLike(found)) {
      return;
    }
    boolean resembles = before.isPresent() && before.get().hasLengthsOf(found);
    if (!resembles && isWaiting(found)) {
      return;
    }
    Optional<DataIncrement> read = hashed(found, trains && resembles);
    if (read.isEmpty()) {
      return;
    }
    DataIncrement now = read.get();
    boolean changed = before.isPresent() && !before.get().files().equals(now.files());
    if (changed && isWaiting(found)) {
      return;
    }
    if (changed) {
      notes.accept(
          "data increment %s was changed after %s: it is new again"
              .formatted(
                  found.name(),
                  quarantined
                      ? "it was quarantined"
                      : "attempt " + before.get().attempt() + " used it"));
    }
    if (before.isPresent() && !trains && !changed && !(quarantined && included)) {
      return;
    }
    if (used && !changed) {
      training.add(now);
      return;
    }
    Optional<String> defect = examination.defect(now);
    if (defect.isPresent()) {
      notes.accept("data increment %s is quarantined: %s".formatted(found.name(), defect.get()));
      defects.put(now, defect.get());
      return;
    }
    training.add(now);
    fresh.add(now);
    // An increment that was quarantined again after it was included does not start an attempt.
    hasNew |= changed || before.isEmpty() || before.get().quarantines() == 1;
  }

  /**
   * Hashes an increment; empty if it cannot be read, or is being written.
   *
   * @param trained whether it is training data that has not changed by its lengths
   * @throws InputException if such data cannot be read: the challenger would be trained without it
   */
  private Optional<DataIncrement> hashed(DataIncrements.Found found, boolean trained) {
    try {
      DataIncrement hashed = increments.hashed(found);
      SortedMap<String, Long> lengths = DataIncrement.lengths(hashed.files());
      if (lengths.equals(found.lengths())) {
        return Optional.of(hashed);
      }
      waits(found.name(), "it is being written: " + found.lengths() + " bytes, then " + lengths);
    } catch (InputException e) {
      if (trained) {
        throw new InputException(
            ("data increment %s is training data and cannot be read (move it away to train without"
                    + " it): %s")
                .formatted(found.name(), e.getMessage()),
            e);
      }
      waits(found.name(), String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  /** Whether new or changed content may be incomplete. */
  private boolean isWaiting(DataIncrements.Found found) {
    if (!found.waits().isEmpty()) {
      waits(found.name(), found.waits());
    }
    return !found.waits().isEmpty();
  }

  private void waits(String name, String reason) {
    waiting.put(name, reason);
    notes.accept("data increment %s waits: %s".formatted(name, reason));
  }
}
