package io.centroid.retrain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.registry.AliasRecord;
import io.centroid.registry.DataFile;
import io.centroid.retrain.data.ConsumedDataLog;
import io.centroid.retrain.data.DataIncrement;
import io.centroid.retrain.data.DataIncrements;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Plans an attempt: selects the new data increments and the training data. */
final class Plan {
  private final DataIncrements increments;
  private final ConsumedDataLog watermark;
  private final RunConfig.Retrain settings;

  Plan(DataIncrements increments, ConsumedDataLog watermark, RunConfig.Retrain settings) {
    this.increments = increments;
    this.watermark = watermark;
    this.settings = settings;
  }

  /**
   * The next attempt; empty if there is no new data.
   *
   * @throws InputException if a data increment was changed after an attempt used it
   */
  Optional<Attempt> next(int number, String trajectory, Optional<AliasRecord.Target> champion) {
    List<DataIncrement> fresh = new ArrayList<>();
    List<DataIncrement> training = new ArrayList<>();
    boolean hasNew = false;
    Set<String> included = Set.copyOf(settings.includeQuarantined());
    for (DataIncrements.Found found : increments.find()) {
      Optional<ConsumedDataLog.Entry> before = watermark.of(found.name());
      if (before.isPresent() && before.get().isQuarantined() && !included.contains(found.name())) {
        continue;
      }
      boolean isNew = before.isEmpty() || before.get().isQuarantined();
      before.ifPresent(entry -> requireLengths(found, entry));
      if (!isNew && settings.trainOn() == RunConfig.Retrain.TrainOn.NEW) {
        continue;
      }
      DataIncrement hashed = increments.hashed(found);
      before.ifPresent(entry -> requireSame(hashed, entry));
      training.add(hashed);
      if (isNew) {
        fresh.add(hashed);
        // An increment that was quarantined again after it was included does not start an attempt.
        hasNew |= before.isEmpty() || before.get().quarantines() == 1;
      }
    }
    if (!hasNew) {
      return Optional.empty();
    }
    return Optional.of(
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
            JsonNodeFactory.instance.objectNode()));
  }

  private static void requireLengths(DataIncrements.Found found, ConsumedDataLog.Entry entry) {
    TreeMap<String, Long> before = new TreeMap<>();
    entry.files().forEach(file -> before.put(file.name(), file.bytes()));
    if (!before.equals(found.lengths())) {
      throw changed(found.name(), entry, before + " bytes", found.lengths().toString());
    }
  }

  private static void requireSame(DataIncrement now, ConsumedDataLog.Entry entry) {
    for (int i = 0; i < now.files().size(); i++) {
      DataFile before = entry.files().get(i);
      DataFile file = now.files().get(i);
      if (!file.equals(before)) {
        throw changed(
            now.name(), entry, file.name() + " with SHA-256 " + before.sha256(), file.sha256());
      }
    }
  }

  private static InputException changed(
      String name, ConsumedDataLog.Entry entry, String expected, String found) {
    return new InputException(
        "data increment %s was changed after attempt %s used it: expected %s, found %s; add changed data under a new name"
            .formatted(name, entry.attempt(), expected, found));
  }
}
