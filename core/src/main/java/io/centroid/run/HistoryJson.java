package io.centroid.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.io.Json;
import io.centroid.train.Rollback;
import io.centroid.train.RunHistory;
import io.centroid.train.worker.DeltaNorms;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run's history in the {@code training} object of its checkpoints' manifests. */
@JsonIgnoreProperties(ignoreUnknown = true)
record HistoryJson(
    @Nullable DeltaNorms deltaNorms,
    @Nullable Double rateScale,
    @Nullable List<Rollback> rollbacks) {

  static HistoryJson of(RunHistory history) {
    return new HistoryJson(history.deltaNorms(), history.rateScale(), history.rollbacks());
  }

  /** What was written; no history where a release before this one wrote. */
  static RunHistory read(String file, JsonNode training) {
    HistoryJson read = Json.read(file, "training", training, HistoryJson.class);
    return new RunHistory(
        Objects.requireNonNullElse(read.deltaNorms, DeltaNorms.NONE),
        Objects.requireNonNullElse(read.rollbacks, List.of()));
  }
}
