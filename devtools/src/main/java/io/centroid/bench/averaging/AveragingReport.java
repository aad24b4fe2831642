package io.centroid.bench.averaging;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.BenchmarkConfiguration;
import io.centroid.bench.BenchmarkResult;
import io.centroid.bench.Comparison;
import io.centroid.bench.Spread;
import io.centroid.memory.PeakMemory;
import java.util.List;

/**
 * Report of {@code bench averaging} as JSON: settings, results and ratios. {@link AveragingTable}
 * renders it as text.
 */
public record AveragingReport(BenchSettings settings, List<BenchmarkResult> results) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public List<Comparison> comparisons() {
    return Comparison.among(results);
  }

  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.set("settings", JSON.valueToTree(settings));
    ArrayNode rows = node.putArray("results");
    results.forEach(result -> addResult(rows.addObject(), result));
    ArrayNode ratios = node.putArray("ratios");
    for (Comparison comparison : comparisons()) {
      ObjectNode ratio = ratios.addObject();
      configuration(ratio, comparison.configuration());
      ratio.put("against", comparison.against().system().label());
      spread(ratio.putObject("ratio"), comparison.ratio());
    }
    return node;
  }

  private static void addResult(ObjectNode node, BenchmarkResult result) {
    configuration(node, result.configuration());
    node.put("parameters", result.parameters());
    node.put("stepsPerRound", result.steps());
    spread(node.putObject("examplesPerSecond"), result.throughput());
    ArrayNode runs = node.putArray("runs");
    result.throughputs().forEach(runs::add);
    node.put("roundMillis", result.roundMillis());
    ObjectNode parts = node.putObject("partMillis");
    result.partMillis().forEach(parts::put);
    node.put("bytesUp", result.bytesUp());
    node.put("bytesDown", result.bytesDown());
    ObjectNode memory = node.putObject("peakMemory");
    PeakMemory peak = result.memory();
    memory.put("heap", peak.heap());
    memory.put("native", peak.tracked());
    memory.put("resident", peak.resident());
  }

  private static void configuration(ObjectNode node, BenchmarkConfiguration configuration) {
    node.put("system", configuration.system().label());
    node.put("workers", configuration.cell().workers());
    if (configuration.system().averagesParameters()) {
      node.put("localSteps", configuration.cell().localSteps());
    }
    node.put("hidden", configuration.cell().hidden());
  }

  private static void spread(ObjectNode node, Spread spread) {
    node.put("median", spread.median());
    node.put("low", spread.low());
    node.put("high", spread.high());
  }
}
