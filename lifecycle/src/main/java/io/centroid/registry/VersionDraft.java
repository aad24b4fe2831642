package io.centroid.registry;

import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * What is to become a version. Its files are copied, so their places may go away afterwards.
 *
 * @param key names the attempt: what is registered twice under one key becomes one version
 * @param checkpoint the folder of a checkpoint that verifies
 * @param exports folders of exports by name, such as {@code onnx}
 * @param attachments small files by name, such as {@code report.json}
 */
public record VersionDraft(
    String key,
    Provenance provenance,
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
