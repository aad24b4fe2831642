package io.centroid.tensorboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Pythons;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Event files as TensorBoard reads them; a test without TensorBoard is skipped. */
final class ReadEvents {
  private final JsonNode json;

  private ReadEvents(JsonNode json) {
    this.json = json;
  }

  static ReadEvents of(Path folder) throws IOException, InterruptedException {
    String python = Pythons.with("tensorboard.backend.event_processing.event_file_loader");
    try (InputStream in =
        Objects.requireNonNull(ReadEvents.class.getResourceAsStream("read.py"), "read.py")) {
      String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String printed = Pythons.run(python, script, folder.toString());
      return new ReadEvents(new ObjectMapper().readTree(printed.substring(printed.indexOf('{'))));
    }
  }

  long records() {
    return json.path("records").asLong();
  }

  /** Steps and tags that have several values. */
  JsonNode duplicates() {
    return json.path("duplicates");
  }

  /** The plugin that shows a tag. */
  String plugin(String tag) {
    return json.path("plugins").path(tag).asText();
  }

  /** Steps of a tag's values, in the order of the files. */
  List<Long> steps(String tag) {
    List<Long> steps = new ArrayList<>();
    json.path("series").path(tag).forEach(value -> steps.add(value.path(0).asLong()));
    return steps;
  }

  /** The last value of a tag. */
  JsonNode last(String tag) {
    JsonNode values = json.path("series").path(tag);
    return values.path(values.size() - 1).path(1);
  }

  /** Pairs of steps and values by tag of all scalars, as TensorBoard's accumulator has them. */
  JsonNode scalars() {
    return json.path("scalars");
  }

  /** Pairs of steps and values of a scalar as TensorBoard's accumulator has them. */
  JsonNode scalars(String tag) {
    return json.path("scalars").path(tag);
  }
}
