package io.centroid.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.train.DeltaNorms;
import io.centroid.train.Rollback;
import io.centroid.train.RunHistory;
import java.util.ArrayList;
import java.util.List;

/** A run's history in the {@code training} object of its checkpoints' manifests. */
final class HistoryJson {
  private HistoryJson() {}

  static void write(RunHistory history, ObjectNode training) {
    ObjectNode norms = training.putObject("deltaNorms");
    norms.put("norm", history.deltaNorms().norm());
    norms.put("perRate", history.deltaNorms().perRate());
    training.put("rateScale", history.rateScale());
    ArrayNode rollbacks = training.putArray("rollbacks");
    for (Rollback rollback : history.rollbacks()) {
      rollbacks
          .addObject()
          .put("number", rollback.number())
          .put("divergedInRound", rollback.round())
          .put("toStep", rollback.toStep())
          .put("rateScale", rollback.rateScale())
          .put("reason", rollback.reason());
    }
  }

  /** What was written; no history where a release before this one wrote. */
  static RunHistory read(JsonNode training) {
    List<Rollback> rollbacks = new ArrayList<>();
    for (JsonNode node : training.path("rollbacks")) {
      rollbacks.add(
          new Rollback(
              node.path("number").asInt(),
              node.path("divergedInRound").asLong(),
              node.path("toStep").asLong(),
              node.path("rateScale").asDouble(1),
              node.path("reason").asText()));
    }
    JsonNode norms = training.path("deltaNorms");
    return new RunHistory(
        new DeltaNorms(norms.path("norm").asDouble(0), norms.path("perRate").asDouble(0)),
        rollbacks);
  }
}
