package io.centroid.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputException;
import io.centroid.JsonFields;
import io.centroid.Rejection;
import io.centroid.SealedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code state.json} in and out. */
final class AttemptJson {
  private static final int FORMAT = 1;
  private static final int MOST_VERSIONS = 999_999_999;

  private AttemptJson() {}

  static byte[] write(Attempt attempt) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("format", FORMAT);
    node.put("attempt", attempt.number());
    node.put("phase", attempt.phase().key());
    node.put("trajectory", attempt.trajectory());
    node.put("champion", attempt.champion()).put("championSince", attempt.championSince());
    node.put("version", attempt.version());
    attempt.outcome().ifPresent(outcome -> node.put("outcome", outcome.key()));
    attempt.reasons().forEach(node.putArray("reasons")::add);
    deliveries(node.putArray("new"), attempt.fresh());
    deliveries(node.putArray("training"), attempt.training());
    node.set("findings", attempt.findings());
    return SealedJson.write(node);
  }

  private static void deliveries(ArrayNode array, List<Delivery> deliveries) {
    for (Delivery delivery : deliveries) {
      ObjectNode one = array.addObject().put("name", delivery.name());
      delivery.parts().forEach(one.putArray("parts")::add);
      FileList.write(one, "files", delivery.files());
    }
  }

  static Attempt read(String file, byte[] json) {
    JsonFields fields = JsonFields.parseShallow(file, json);
    SealedJson.verify(fields, json);
    fields.integer("format", FORMAT, FORMAT);
    try {
      return new Attempt(
          (int) fields.integer("attempt", 1, Integer.MAX_VALUE),
          phase(fields),
          fields.text("trajectory"),
          deliveries(fields, "new"),
          deliveries(fields, "training"),
          (int) fields.integer("champion", 0, MOST_VERSIONS),
          fields.integer("championSince", 0, Long.MAX_VALUE),
          outcome(fields),
          texts(fields, "reasons"),
          (int) fields.integer("version", 0, MOST_VERSIONS),
          fields.object("findings"));
    } catch (IllegalArgumentException e) {
      throw Rejection.of(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static Phase phase(JsonFields fields) {
    String name = fields.text("phase");
    for (Phase phase : Phase.values()) {
      if (phase.key().equals(name)) {
        return phase;
      }
    }
    throw fields.refusal("phase", "a phase such as planned");
  }

  private static Optional<Outcome> outcome(JsonFields fields) {
    if (!fields.has("outcome")) {
      return Optional.empty();
    }
    String name = fields.text("outcome");
    for (Outcome outcome : Outcome.values()) {
      if (outcome.key().equals(name)) {
        return Optional.of(outcome);
      }
    }
    throw fields.refusal("outcome", "an outcome such as promoted");
  }

  private static List<Delivery> deliveries(JsonFields fields, String key) {
    return fields.list(key).stream()
        .map(
            one -> new Delivery(one.text("name"), texts(one, "parts"), FileList.read(one, "files")))
        .toList();
  }

  private static List<String> texts(JsonFields fields, String key) {
    JsonNode node = fields.node().path(key);
    List<String> texts = new ArrayList<>();
    for (JsonNode text : node) {
      if (!text.isTextual()) {
        throw expected(fields, key);
      }
      texts.add(text.textValue());
    }
    if (!node.isArray()) {
      throw expected(fields, key);
    }
    return texts;
  }

  private static InputException expected(JsonFields fields, String key) {
    return Rejection.of(fields.file(), "key " + fields.path() + key + ": expected texts");
  }
}
