package io.centroid.registry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.JsonFields;
import io.centroid.Rejection;
import io.centroid.SealedJson;
import io.centroid.io.StoredFile;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** {@code version.json} in and out. */
final class VersionJson {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHA256_OR_NONE = Pattern.compile("([0-9a-f]{64})?");

  private VersionJson() {}

  static byte[] write(VersionRecord version) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("format", VersionRecord.FORMAT);
    node.put("model", version.model());
    node.put("version", version.version());
    node.put("key", version.key());
    node.put("at", version.at().toString());
    node.put("by", version.by());
    Provenance from = version.provenance();
    from.parent().ifPresent(parent -> node.put("parent", parent));
    node.put("run", from.run());
    node.put("step", from.step());
    node.put("configurationSha256", from.configurationSha256());
    node.put("parametersSha256", from.parametersSha256());
    node.put("dataSha256", from.dataSha256());
    new TreeMap<>(from.metrics()).forEach(node.putObject("metrics")::put);
    ArrayNode data = node.putArray("data");
    from.data().forEach(file -> file(data.addObject().put("name", file.name()), file.content()));
    ObjectNode files = node.putObject("files");
    version.files().forEach((name, file) -> file(files.putObject(name), file));
    return SealedJson.write(node);
  }

  static VersionRecord read(String file, byte[] json) {
    JsonFields fields = JsonFields.parseShallow(file, json);
    SealedJson.verify(fields, json);
    fields.integer("format", VersionRecord.FORMAT, VersionRecord.FORMAT);
    try {
      return new VersionRecord(
          fields.text("model", Names.NAME),
          (int) fields.integer("version", 1, 999_999_999),
          fields.text("key"),
          instant(fields, "at"),
          Rejection.shorten(fields.text("by")),
          provenance(fields),
          fields.map("files", (all, name) -> content(all.fields(name))));
    } catch (IllegalArgumentException e) {
      throw Rejection.of(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static Provenance provenance(JsonFields fields) {
    List<DataFile> data =
        fields.list("data").stream()
            .map(entry -> new DataFile(entry.text("name"), content(entry)))
            .toList();
    return new Provenance(
        fields.text("run"),
        fields.integer("step", 0, Long.MAX_VALUE),
        fields.text("configurationSha256"),
        fields.text("parametersSha256", SHA256),
        fields.text("dataSha256", SHA256_OR_NONE),
        data,
        fields.map("metrics", JsonFields::finite),
        fields.has("parent")
            ? OptionalInt.of((int) fields.integer("parent", 1, 999_999_999))
            : OptionalInt.empty());
  }

  static Instant instant(JsonFields fields, String key) {
    try {
      return Instant.parse(fields.text(key));
    } catch (DateTimeException e) {
      throw fields.refusal(key, "a time such as 2026-01-31T12:00:00Z");
    }
  }

  private static void file(ObjectNode node, StoredFile file) {
    node.put("bytes", file.bytes()).put("sha256", file.sha256());
  }

  private static StoredFile content(JsonFields fields) {
    return new StoredFile(
        fields.integer("bytes", 0, Long.MAX_VALUE), fields.text("sha256", SHA256));
  }
}
