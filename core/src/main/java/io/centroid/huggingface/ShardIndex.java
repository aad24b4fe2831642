package io.centroid.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.JsonFields;
import io.centroid.Rejection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code model.safetensors.index.json}: which file of the directory holds which tensor.
 *
 * @param files name of the file of each tensor
 */
record ShardIndex(Map<String, String> files) {
  static final String FILE = "model.safetensors.index.json";

  private static final int MOST_SHARDS = 1000;

  /** A name in the directory itself: no path leads out of it. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*\\.safetensors");

  static ShardIndex parse(String file, byte[] content) {
    Map<String, String> files =
        JsonFields.parse(file, content).map("weight_map", ShardIndex::plainName);
    if (files.isEmpty()) {
      throw Rejection.of(file, "key weight_map", "a file for each tensor", "none");
    }
    ShardIndex index = new ShardIndex(files);
    if (index.shards().size() > MOST_SHARDS) {
      throw Rejection.of(
          file,
          "key weight_map",
          "at most " + MOST_SHARDS + " files",
          String.valueOf(index.shards().size()));
    }
    return index;
  }

  /** The files, each once. */
  List<String> shards() {
    return files.values().stream().distinct().sorted().toList();
  }

  byte[] toJson(long totalBytes) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("metadata").put("total_size", totalBytes);
    ObjectNode map = json.putObject("weight_map");
    files.forEach(map::put);
    return HuggingFaceJson.write(json);
  }

  private static String plainName(JsonFields fields, String tensor) {
    String name = fields.text(tensor);
    if (!PLAIN.matcher(name).matches()) {
      throw fields.refusal(tensor, "the name of a .safetensors file in the same directory");
    }
    return name;
  }
}
