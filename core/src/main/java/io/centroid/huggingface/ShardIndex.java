package io.centroid.huggingface;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.io.Json;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The index of sharded weights, {@code model.safetensors.index.json}.
 *
 * @param files file name by tensor name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ShardIndex(@JsonProperty(ShardIndex.WEIGHT_MAP) Map<String, String> files) {
  static final String WEIGHT_MAP = "weight_map";

  static final String FILE = "model.safetensors.index.json";

  private static final int MOST_SHARDS = 1000;

  /** A plain file name, so that no path leaves the directory. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*\\.safetensors");

  ShardIndex {
    Json.require(!files.isEmpty(), WEIGHT_MAP, "a file for each tensor");
    files.forEach(
        (tensor, file) ->
            Json.requireEntry(
                PLAIN.matcher(file).matches(),
                WEIGHT_MAP,
                tensor,
                "the name of a .safetensors file in the same directory"));
    Json.require(
        files.values().stream().distinct().count() <= MOST_SHARDS,
        WEIGHT_MAP,
        "at most " + MOST_SHARDS + " files");
  }

  static ShardIndex parse(String file, byte[] content) {
    return Json.read(file, content, ShardIndex.class);
  }

  /** The distinct file names. */
  List<String> shards() {
    return files.values().stream().distinct().sorted().toList();
  }

  byte[] toJson(long totalBytes) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("metadata").put("total_size", totalBytes);
    ObjectNode map = json.putObject(WEIGHT_MAP);
    files.forEach(map::put);
    return HuggingFaceJson.write(json);
  }
}
