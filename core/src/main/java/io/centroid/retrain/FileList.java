package io.centroid.retrain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.JsonFields;
import io.centroid.io.StoredFile;
import io.centroid.registry.DataFile;
import java.util.List;
import java.util.regex.Pattern;

/** Lists of files with their hashes, in JSON. */
final class FileList {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private FileList() {}

  static void write(ObjectNode node, String key, List<DataFile> files) {
    ArrayNode array = node.putArray(key);
    for (DataFile file : files) {
      array
          .addObject()
          .put("name", file.name())
          .put("bytes", file.content().bytes())
          .put("sha256", file.content().sha256());
    }
  }

  static List<DataFile> read(JsonFields fields, String key) {
    return fields.list(key).stream()
        .map(
            file ->
                new DataFile(
                    file.text("name"),
                    new StoredFile(
                        file.integer("bytes", 0, Long.MAX_VALUE), file.text("sha256", SHA256))))
        .toList();
  }
}
