package io.centroid.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.centroid.InputErrors;
import io.centroid.InputException;

/** One value of a tokenizer's settings; a refusal names its file and path. */
public record Setting(String file, String path, JsonNode value) {
  /** What stands under a key; "nothing" may stand there. */
  public Setting at(String key) {
    JsonNode found = value.get(key);
    return new Setting(
        file,
        path.isEmpty() ? key : path + "." + key,
        found == null ? MissingNode.getInstance() : found);
  }

  /** Whether it is null or not there. */
  public boolean absent() {
    return value.isNull() || value.isMissingNode();
  }

  String text() {
    if (!value.isTextual()) {
      throw refusal("a string");
    }
    return value.textValue();
  }

  /** A truth value, with what Hugging Face takes for one that is not there. */
  public boolean truth(boolean absent) {
    if (absent()) {
      return absent;
    }
    if (!value.isBoolean()) {
      throw refusal("true or false");
    }
    return value.booleanValue();
  }

  int id() {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw refusal("an id");
    }
    return StrictJson.checkedId(file, path, value.longValue());
  }

  /** Refuses a setting that would change the ids and is not one of ours. */
  void requireFalse() {
    if (truth(false)) {
      throw refusal("false");
    }
  }

  void requireAbsent() {
    if (!absent()) {
      throw refusal("null");
    }
  }

  /** Refuses a part of the pipeline that is of another type. */
  void requireType(String type) {
    if (!at("type").value().asText().equals(type)) {
      throw refusal("type " + type);
    }
  }

  public InputException refusal(String expected) {
    return InputErrors.of(file, path, expected, found());
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
