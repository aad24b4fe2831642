package io.centroid.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.data.csv.TableSchema;
import io.centroid.error.InputErrors;
import io.centroid.io.Json;
import io.centroid.io.storage.StoredFile;
import io.centroid.registry.AliasRecord;
import io.centroid.registry.DataFile;
import io.centroid.registry.StoredVersion;
import io.centroid.registry.VersionProvenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Model versions and alias records as text and as JSON. */
public final class RegistryReport {
  private RegistryReport() {}

  public static ObjectNode aliases(String model, Map<String, AliasRecord.Target> aliases) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("model", model);
    ObjectNode all = node.putObject("aliases");
    aliases.forEach((alias, target) -> all.put(alias, target.version()));
    return node;
  }

  public static ObjectNode json(StoredVersion version, Map<String, AliasRecord.Target> aliases) {
    VersionProvenance from = version.record().provenance();
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("version", version.number());
    names(version, aliases).forEach(node.putArray("aliases")::add);
    node.put("at", version.record().at().toString()).put("by", version.record().by());
    from.parent().ifPresent(parent -> node.put("parent", parent));
    node.put("run", from.run()).put("step", from.step());
    node.put("parametersSha256", from.parametersSha256());
    new TreeMap<>(from.metrics()).forEach(node.putObject("metrics")::put);
    version.record().exports().forEach(node.putArray("exports")::add);
    return node.put("path", version.path().toString());
  }

  /**
   * Everything about a version.
   *
   * @param table what the columns of the model's table mean; null if it was trained on other data
   */
  public static ObjectNode full(
      StoredVersion version, Map<String, AliasRecord.Target> aliases, @Nullable TableSchema table) {
    VersionProvenance from = version.record().provenance();
    ObjectNode node = json(version, aliases);
    node.put("configurationSha256", from.configurationSha256());
    node.put("dataSha256", from.dataSha256());
    if (table != null) {
      table.features().forEach(node.putArray(TableSchema.COLUMNS)::add);
      node.put(TableSchema.TARGET, table.target());
    }
    return node.setAll(Json.tree(new Contents(from.data(), version.record().files())));
  }

  private record Contents(List<DataFile> data, Map<String, StoredFile> files) {}

  public static String line(StoredVersion version, Map<String, AliasRecord.Target> aliases) {
    return String.format(
            Locale.ROOT,
            "%6d  %s  %-22s %s",
            version.number(),
            version.record().at(),
            String.join(",", names(version, aliases)),
            metrics(version.record().provenance()))
        .stripTrailing();
  }

  /** As {@link #full}, for people. */
  public static List<String> lines(
      StoredVersion version, Map<String, AliasRecord.Target> aliases, @Nullable TableSchema table) {
    VersionProvenance from = version.record().provenance();
    List<String> lines = new ArrayList<>();
    lines.add(version + " in " + version.path());
    lines.add("aliases     " + String.join(", ", names(version, aliases)));
    lines.add("registered  " + version.record().at() + " by " + version.record().by());
    lines.add("run         " + from.run() + ", step " + from.step());
    from.parent().ifPresent(parent -> lines.add("parent      version " + parent));
    lines.add("parameters  SHA-256 " + from.parametersSha256());
    lines.add("metrics     " + metrics(from));
    if (table != null) {
      lines.add("columns     " + table.inputOrder() + " (in the order of the inputs)");
      lines.add("target      '" + InputErrors.oneLine(table.target()) + "'");
    }
    from.data().forEach(file -> lines.add("data        " + file.name() + " " + file.sha256()));
    version
        .record()
        .files()
        .forEach(
            (name, file) ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "file        %s  %,d bytes  %s",
                        name,
                        file.bytes(),
                        file.sha256())));
    return lines.stream().map(String::stripTrailing).toList();
  }

  public static ObjectNode json(AliasRecord record) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("record", record.number());
    node.put("at", record.at().toString()).put("by", record.by());
    node.put("kind", record.change().kind().key());
    if (!record.change().alias().isEmpty()) {
      node.put("alias", record.change().alias());
    }
    record.change().versions().forEach(node.putArray("versions")::add);
    return node.put("reason", record.change().reason());
  }

  public static String line(AliasRecord record) {
    String versions =
        record.change().versions().stream().map(String::valueOf).collect(Collectors.joining(", "));
    String what =
        switch (record.change().kind()) {
          case MOVE -> record.change().alias() + " -> version " + versions;
          case ROLLBACK -> record.change().alias() + " rolled back to version " + versions;
          case REMOVE -> "removed " + versions;
        };
    return String.format(
        Locale.ROOT,
        "%6d  %s  %s  (%s, %s)",
        record.number(),
        record.at(),
        what,
        record.change().reason(),
        record.by());
  }

  public static String verified(StoredVersion version, List<String> problems) {
    long bytes = version.record().files().values().stream().mapToLong(file -> file.bytes()).sum();
    return problems.isEmpty()
        ? String.format(
            Locale.ROOT,
            "%s: intact, %d files, %,d bytes",
            version,
            version.record().files().size(),
            bytes)
        : version + ": DAMAGED";
  }

  private static List<String> names(
      StoredVersion version, Map<String, AliasRecord.Target> aliases) {
    return aliases.entrySet().stream()
        .filter(entry -> entry.getValue().version() == version.number())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String metrics(VersionProvenance from) {
    return new TreeMap<>(from.metrics())
        .entrySet().stream()
            .map(entry -> String.format(Locale.ROOT, "%s %.4f", entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
  }
}
