package io.centroid.run.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The rows of a {@code metrics.jsonl} without what differs from one run to the next. */
public final class ReproducibleRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReproducibleRows() {}

  /** The rows of a file without times and memory. */
  public static List<ObjectNode> of(Path file) throws IOException {
    List<ObjectNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      ObjectNode row = (ObjectNode) JSON.readTree(line);
      row.remove("time");
      for (RoundMetric metric : RoundMetric.values()) {
        if (metric.group() == RoundMetric.Group.TIME
            || metric.group() == RoundMetric.Group.MEMORY) {
          row.remove(metric.key());
        }
      }
      for (JsonNode worker : row.path("workers")) {
        ((ObjectNode) worker).remove("computeSeconds");
      }
      rows.add(row);
    }
    return rows;
  }
}
