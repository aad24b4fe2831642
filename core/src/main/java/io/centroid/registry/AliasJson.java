package io.centroid.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.JsonFields;
import io.centroid.Rejection;
import io.centroid.SealedJson;
import io.centroid.registry.AliasRecord.Change;
import io.centroid.registry.AliasRecord.Kind;
import io.centroid.registry.AliasRecord.Target;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Records of aliases in and out. */
final class AliasJson {
  private static final int MOST_VERSIONS = 999_999_999;

  private AliasJson() {}

  static byte[] write(AliasRecord record) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("format", AliasRecord.FORMAT);
    node.put("model", record.model());
    node.put("record", record.number());
    node.put("at", record.at().toString());
    node.put("by", record.by());
    node.put("id", record.id());
    ObjectNode change = node.putObject("change");
    change.put("kind", record.change().kind().key());
    if (record.change().kind() != Kind.REMOVE) {
      change.put("alias", record.change().alias());
    }
    record.change().versions().forEach(change.putArray("versions")::add);
    change.put("reason", record.change().reason());
    ObjectNode aliases = node.putObject("aliases");
    record
        .aliases()
        .forEach(
            (alias, target) ->
                aliases
                    .putObject(alias)
                    .put("version", target.version())
                    .put("since", target.since()));
    record.removing().forEach(node.putArray("removing")::add);
    return SealedJson.write(node);
  }

  static AliasRecord read(String file, byte[] json) {
    JsonFields fields = JsonFields.parseShallow(file, json);
    SealedJson.verify(fields, json);
    fields.integer("format", AliasRecord.FORMAT, AliasRecord.FORMAT);
    long number = fields.integer("record", 1, Long.MAX_VALUE);
    return new AliasRecord(
        fields.text("model", Names.NAME),
        number,
        VersionJson.instant(fields, "at"),
        Rejection.shorten(fields.text("by")),
        fields.text("id"),
        change(fields.fields("change")),
        aliases(fields, number),
        new TreeSet<>(versions(fields, "removing")));
  }

  private static Map<String, Target> aliases(JsonFields fields, long number) {
    Map<String, Target> aliases =
        fields.map(
            "aliases",
            (all, alias) -> {
              JsonFields target = all.fields(alias);
              return new Target(
                  (int) target.integer("version", 1, MOST_VERSIONS),
                  target.integer("since", 1, number));
            });
    for (String alias : aliases.keySet()) {
      if (!Names.NAME.matcher(alias).matches()) {
        throw Rejection.of(fields.file(), "aliases: not a name: " + Rejection.quote(alias));
      }
    }
    return aliases;
  }

  private static Change change(JsonFields change) {
    Kind kind = kind(change);
    List<Integer> versions = List.copyOf(versions(change, "versions"));
    if (kind != Kind.REMOVE && versions.size() != 1) {
      throw change.refusal("versions", "one version");
    }
    return new Change(
        kind,
        kind == Kind.REMOVE ? "" : change.text("alias", Names.NAME),
        versions,
        change.text("reason"));
  }

  private static Kind kind(JsonFields change) {
    String name = change.text("kind");
    for (Kind kind : Kind.values()) {
      if (kind.key().equals(name)) {
        return kind;
      }
    }
    throw change.refusal("kind", "move, rollback or remove");
  }

  private static Set<Integer> versions(JsonFields fields, String key) {
    Set<Integer> versions = new TreeSet<>();
    for (long version : fields.integers(key)) {
      if (version < 1 || version > MOST_VERSIONS) {
        throw Rejection.of(
            fields.file(),
            "key " + fields.path() + key,
            "versions from 1 to " + MOST_VERSIONS,
            Long.toString(version));
      }
      versions.add((int) version);
    }
    return versions;
  }
}
