package io.centroid.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.JsonFields;
import io.centroid.Rejection;
import io.centroid.SealedJson;
import io.centroid.io.StoredFile;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The manifest's JSON form. */
final class ManifestJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private ManifestJson() {}

  static byte[] write(Manifest manifest) {
    Snapshot snapshot = manifest.snapshot();
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", Manifest.FORMAT);
    json.put("step", snapshot.step());
    json.put("round", snapshot.round());
    json.put("seed", snapshot.seed());
    json.putObject("position")
        .put("epoch", snapshot.position().epoch())
        .put("stepInEpoch", snapshot.position().stepInEpoch());
    json.put("configurationHash", snapshot.configurationHash());
    json.put("writerEpoch", manifest.writerEpoch());
    json.put("writtenAt", manifest.writtenAt().toString());
    ObjectNode files = json.putObject("files");
    new TreeMap<>(manifest.files())
        .forEach(
            (name, file) ->
                files.putObject(name).put("bytes", file.bytes()).put("sha256", file.sha256()));
    ObjectNode metrics = json.putObject("metrics");
    new TreeMap<>(snapshot.metrics()).forEach(metrics::put);
    ObjectNode versions = json.putObject("versions");
    new TreeMap<>(snapshot.versions()).forEach(versions::put);
    json.set("model", snapshot.model());
    json.set("data", snapshot.data());
    json.set("training", snapshot.training());
    ArrayNode layout = json.putArray("layout");
    for (LayoutTensor tensor : snapshot.layout()) {
      ArrayNode shape = layout.addObject().put("name", tensor.name()).putArray("shape");
      tensor.shape().forEach(shape::add);
      ((ObjectNode) layout.get(layout.size() - 1)).put("role", tensor.role());
    }
    return SealedJson.write(json);
  }

  static Manifest read(String file, byte[] bytes) {
    JsonFields json = JsonFields.parse(file, bytes);
    long format = json.integer("format");
    if (format != Manifest.FORMAT) {
      throw Rejection.of(
          file, "key format", String.valueOf(Manifest.FORMAT), String.valueOf(format));
    }
    try {
      Manifest manifest =
          new Manifest(
              snapshot(json),
              json.integer("writerEpoch"),
              instant(json, "writtenAt"),
              json.map("files", ManifestJson::storedFile));
      SealedJson.verify(json, bytes);
      return manifest;
    } catch (IllegalArgumentException e) {
      throw Rejection.of(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static Snapshot snapshot(JsonFields json) {
    JsonFields position = json.fields("position");
    return new Snapshot(
        json.integer("step"),
        json.integer("round"),
        json.integer("seed"),
        new Position(position.integer("epoch"), position.integer("stepInEpoch")),
        json.text("configurationHash"),
        layout(json),
        json.map("versions", JsonFields::text),
        json.map("metrics", JsonFields::finite),
        json.object("model"),
        json.object("data"),
        json.object("training"));
  }

  private static List<LayoutTensor> layout(JsonFields json) {
    List<LayoutTensor> layout = new ArrayList<>();
    for (JsonFields tensor : json.list("layout")) {
      layout.add(
          new LayoutTensor(tensor.text("name"), tensor.integers("shape"), tensor.text("role")));
    }
    return layout;
  }

  private static StoredFile storedFile(JsonFields files, String name) {
    JsonFields file = files.fields(name);
    return new StoredFile(file.integer("bytes"), file.text("sha256"));
  }

  private static Instant instant(JsonFields json, String key) {
    String text = json.text(key);
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw Rejection.of(json.file(), "key " + key, "an ISO-8601 instant", Rejection.quote(text));
    }
  }
}
