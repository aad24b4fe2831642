package io.centroid.retrain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.InputException;
import io.centroid.config.RunConfig;
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

/** Decides what an attempt is about: which deliveries are new, and which are trained on. */
final class Plan {
  private final DataIncrements deliveries;
  private final ConsumedDataLog watermark;
  private final RunConfig.Retrain settings;

  Plan(DataIncrements deliveries, ConsumedDataLog watermark, RunConfig.Retrain settings) {
    this.deliveries = deliveries;
    this.watermark = watermark;
    this.settings = settings;
  }

  /**
   * The next attempt; empty if nothing is new.
   *
   * @throws InputException if a delivery was changed after it was taken
   */
  Optional<Attempt> next(int number, String trajectory, Optional<AliasRecord.Target> champion) {
    List<DataIncrement> fresh = new ArrayList<>();
    List<DataIncrement> training = new ArrayList<>();
    boolean any = false;
    Set<String> released = Set.copyOf(settings.takeRefused());
    for (DataIncrements.Found found : deliveries.find()) {
      Optional<ConsumedDataLog.Taken> before = watermark.of(found.name());
      if (before.isPresent() && before.get().isRefused() && !released.contains(found.name())) {
        continue;
      }
      boolean isNew = before.isEmpty() || before.get().isRefused();
      before.ifPresent(taken -> requireLengths(found, taken));
      if (!isNew && settings.trainOn() == RunConfig.Retrain.TrainOn.NEW) {
        continue;
      }
      DataIncrement hashed = deliveries.hashed(found);
      before.ifPresent(taken -> requireSame(hashed, taken));
      training.add(hashed);
      if (isNew) {
        fresh.add(hashed);
        // What was refused again although it was released is not tried alone every night.
        any |= before.isEmpty() || before.get().refusals() == 1;
      }
    }
    if (!any) {
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

  private static void requireLengths(DataIncrements.Found found, ConsumedDataLog.Taken taken) {
    TreeMap<String, Long> before = new TreeMap<>();
    taken.files().forEach(file -> before.put(file.name(), file.bytes()));
    if (!before.equals(found.lengths())) {
      throw changed(found.name(), taken, before + " bytes", found.lengths().toString());
    }
  }

  private static void requireSame(DataIncrement now, ConsumedDataLog.Taken taken) {
    for (int i = 0; i < now.files().size(); i++) {
      DataFile before = taken.files().get(i);
      DataFile file = now.files().get(i);
      if (!file.equals(before)) {
        throw changed(
            now.name(), taken, file.name() + " with SHA-256 " + before.sha256(), file.sha256());
      }
    }
  }

  private static InputException changed(
      String name, ConsumedDataLog.Taken taken, String expected, String found) {
    return new InputException(
        "delivery %s was changed after attempt %d took it: expected %s, found %s; deliver changes under a new name"
            .formatted(name, taken.attempt(), expected, found));
  }
}
