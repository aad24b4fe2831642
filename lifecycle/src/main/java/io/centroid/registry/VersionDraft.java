package io.centroid.registry;

import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * The content of a version to register. Its files are copied, so they may be deleted afterwards.
 *
 * @param key idempotency key: drafts with the same key become one version
 * @param checkpoint folder of a valid checkpoint
 * @param exports folders of exports by name, such as {@code onnx}
 * @param attachments small files by name, such as {@code report.json}
 */
public record VersionDraft(
    String key,
    VersionProvenance provenance,
    Path checkpoint,
    Map<String, Path> exports,
    Map<String, byte[]> attachments) {
  public VersionDraft {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("key is empty");
    }
    exports = Map.copyOf(new TreeMap<>(exports));
    attachments = Map.copyOf(new TreeMap<>(attachments));
    exports.keySet().forEach(name -> Names.require("an export's name", name));
  }
}
