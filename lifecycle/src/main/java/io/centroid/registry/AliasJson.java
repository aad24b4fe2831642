package io.centroid.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.InputErrors;
import io.centroid.io.Json;
import io.centroid.registry.AliasRecord.Kind;
import io.centroid.registry.AliasRecord.Target;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The form of an alias record's file. */
@JsonIgnoreProperties(ignoreUnknown = true)
record AliasJson(
    int format,
    String model,
    long record,
    Instant at,
    String by,
    String id,
    Change change,
    Map<String, Target> aliases,
    Set<Integer> removing) {
  AliasJson {
    Json.require(format == AliasRecord.FORMAT, "format", String.valueOf(AliasRecord.FORMAT));
    Names.requireName("model", model);
    Json.require(record >= 1, "record", "1 or more");
    for (Map.Entry<String, Target> alias : aliases.entrySet()) {
      Names.require("aliases: an alias", alias.getKey());
      if (alias.getValue().since() > record) {
        throw new IllegalArgumentException(
            "aliases.%s.since: expected at most the record %d, found %d"
                .formatted(alias.getKey(), record, alias.getValue().since()));
      }
    }
    removing.forEach(version -> Names.requireVersion("removing", version));
  }

  /** What a record changes; a removal has no alias. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Change(Kind kind, @Nullable String alias, List<Integer> versions, String reason) {
    Change {
      versions.forEach(version -> Names.requireVersion("versions", version));
      if (kind != Kind.REMOVE) {
        Json.require(versions.size() == 1, "versions", "one version");
        Names.requireName("alias", alias == null ? "" : alias);
      }
    }
  }

  static AliasJson of(AliasRecord record) {
    AliasRecord.Change change = record.change();
    return new AliasJson(
        AliasRecord.FORMAT,
        record.model(),
        record.number(),
        record.at(),
        record.by(),
        record.id(),
        new Change(
            change.kind(),
            change.kind() == Kind.REMOVE ? null : change.alias(),
            change.versions(),
            change.reason()),
        record.aliases(),
        record.removing());
  }

  AliasRecord toRecord() {
    return new AliasRecord(
        model,
        record,
        at,
        InputErrors.shorten(by),
        id,
        new AliasRecord.Change(
            change.kind,
            change.kind == Kind.REMOVE || change.alias == null ? "" : change.alias,
            List.copyOf(new TreeSet<>(change.versions)),
            change.reason),
        aliases,
        removing);
  }
}
