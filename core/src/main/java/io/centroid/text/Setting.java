package io.centroid.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * One value of a tokenizer's settings; errors name its file and path.
 *
 * @param file file name for messages
 * @param path path of the value in the file
 * @param value JSON value
 */
public record Setting(String file, String path, JsonNode value) {
  /** The value of a key; it may be missing. */
  public Setting at(String key) {
    JsonNode found = value.get(key);
    return new Setting(
        file,
        path.isEmpty() ? key : path + "." + key,
        found == null ? MissingNode.getInstance() : found);
  }

  /** Whether the value is null or missing. */
  public boolean absent() {
    return value.isNull() || value.isMissingNode();
  }

  String text() {
    if (!value.isTextual()) {
      throw error("a string");
    }
    return value.textValue();
  }

  /** A boolean, with Hugging Face's default if it is absent. */
  public boolean truth(boolean absent) {
    if (absent()) {
      return absent;
    }
    if (!value.isBoolean()) {
      throw error("true or false");
    }
    return value.booleanValue();
  }

  int id() {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw error("an id");
    }
    return StrictJson.checkedId(file, path, value.longValue());
  }

  /**
   * The steps of a pipeline's part: those of a {@code Sequence}, or else the value itself.
   *
   * @param key key of the steps
   */
  List<Setting> steps(String key) {
    if (!at("type").value().asText().equals("Sequence")) {
      return List.of(this);
    }
    Setting list = at(key);
    if (!list.value().isArray()) {
      throw list.error("an array");
    }
    List<Setting> steps = new ArrayList<>();
    for (JsonNode step : list.value()) {
      steps.add(new Setting(file, list.path + "[" + steps.size() + "]", step));
    }
    return steps;
  }

  /** Rejects an unsupported setting that would change the ids. */
  void requireFalse() {
    if (truth(false)) {
      throw error("false");
    }
  }

  void requireAbsent() {
    if (!absent()) {
      throw error("null");
    }
  }

  /** Rejects a pipeline component of another type. */
  void requireType(String type) {
    if (!at("type").value().asText().equals(type)) {
      throw error("type " + type);
    }
  }

  public InputException error(String expected) {
    return error(expected, found());
  }

  InputException error(String expected, String found) {
    return InputErrors.of(file, path, expected, found);
  }

  private String found() {
    return switch (value.getNodeType()) {
      case OBJECT ->
          value.path("type").isTextual()
              ? "type " + InputErrors.shorten(value.path("type").textValue())
              : "an object";
      case ARRAY -> "an array";
      case STRING -> InputErrors.quote(value.textValue());
      case NULL -> "null";
      case MISSING -> "nothing";
      case NUMBER, BOOLEAN, BINARY, POJO -> InputErrors.shorten(value.asText());
    };
  }
}
