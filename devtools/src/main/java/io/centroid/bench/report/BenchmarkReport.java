package io.centroid.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * The figures of a benchmark with its command, machine and software. Published under a name of
 * date, benchmark and machine; existing files are never overwritten.
 *
 * @param benchmark name of the benchmark, such as {@code train}
 * @param time time of the end of the benchmark
 * @param command command line
 * @param software versions by name, kernels included
 * @param measured figures, the fields of the JSON form
 * @param table figures as a text table
 */
public record BenchmarkReport(
    String benchmark,
    Instant time,
    String command,
    Machine machine,
    Map<String, String> software,
    ObjectNode measured,
    String table) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The report as JSON: what it is of, then the figures. */
  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("benchmark", benchmark);
    node.put("time", time.toString());
    node.put("command", command);
    node.set("machine", JSON.valueToTree(machine));
    node.set("software", JSON.valueToTree(software));
    node.setAll(measured);
    return node;
  }

  String toMarkdown() {
    StringBuilder text = new StringBuilder();
    text.append("# bench ").append(benchmark).append(", ").append(date()).append("\n\n");
    text.append("    ").append(command).append("\n\n- ").append(machine).append('\n');
    software.forEach(
        (name, version) ->
            text.append("- ").append(name).append(": ").append(version).append('\n'));
    return text.append("\n```\n").append(table).append("```\n").toString();
  }

  /**
   * Writes {@code NAME.json}, {@code NAME.md} and the attachments.
   *
   * @param folder any Hadoop URI, created if it does not exist
   * @param attachments contents of other files by ending, such as {@code .png}
   * @return NAME, which ends with a number if the files of the date, benchmark and machine exist
   */
  public String publish(HadoopFiles files, String folder, Map<String, byte[]> attachments)
      throws IOException {
    Path into = files.path(folder);
    Storage storage = Storage.of(files, into);
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put(".json", (toJson().toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    contents.put(".md", toMarkdown().getBytes(StandardCharsets.UTF_8));
    contents.putAll(attachments);
    String first = date() + "-" + benchmark + "-" + machine.slug();
    String name = first;
    for (int number = 2; !put(storage, into, name, contents); number++) {
      name = first + "-" + number;
    }
    return name;
  }

  /** Writes nothing and returns false if one of the files exists. */
  private static boolean put(
      Storage storage, Path folder, String name, Map<String, byte[]> contents) throws IOException {
    for (String ending : contents.keySet()) {
      if (storage.exists(HadoopPath.child(folder, name + ending))) {
        return false;
      }
    }
    for (Map.Entry<String, byte[]> file : contents.entrySet()) {
      // Of two benchmarks that end at the same time, one gets the first file.
      if (!AtomicFile.putIfAbsent(
          storage, HadoopPath.child(folder, name + file.getKey()), file.getValue())) {
        return false;
      }
    }
    return true;
  }

  private String date() {
    return time.atZone(ZoneOffset.UTC).toLocalDate().toString();
  }
}
