package io.centroid.bench.averaging;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.Comparison;
import io.centroid.bench.Entrant;
import io.centroid.bench.Spread;
import io.centroid.bench.Standing;
import io.centroid.memory.PeakMemory;
import java.util.List;
import java.util.Map;

/**
 * A tournament's result: settings, machine, standings and ratios, as JSON. {@link AveragingTable}
 * is the same for people.
 *
 * @param software versions, by name
 */
public record AveragingReport(
    BenchSettings settings, Map<String, String> software, List<Standing> standings) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public List<Comparison> comparisons() {
    return Comparison.among(standings);
  }

  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("benchmark", "averaging");
    node.set("settings", JSON.valueToTree(settings));
    ObjectNode machine = node.putObject("machine");
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    machine.put("java", System.getProperty("java.version"));
    software.forEach(machine::put);
    ArrayNode results = node.putArray("results");
    standings.forEach(standing -> result(results.addObject(), standing));
    ArrayNode ratios = node.putArray("ratios");
    for (Comparison comparison : comparisons()) {
      ObjectNode ratio = ratios.addObject();
      entrant(ratio, comparison.entrant());
      ratio.put("against", comparison.against().contestant().label());
      spread(ratio.putObject("ratio"), comparison.ratio());
    }
    return node;
  }

  private static void result(ObjectNode node, Standing standing) {
    entrant(node, standing.entrant());
    node.put("parameters", standing.parameters());
    node.put("stepsPerRound", standing.steps());
    spread(node.putObject("examplesPerSecond"), standing.rate());
    ArrayNode turns = node.putArray("turns");
    standing.rates().forEach(turns::add);
    node.put("roundMillis", standing.roundMillis());
    ObjectNode parts = node.putObject("partMillis");
    standing.partMillis().forEach(parts::put);
    node.put("bytesUp", standing.bytesUp());
    node.put("bytesDown", standing.bytesDown());
    ObjectNode memory = node.putObject("peakMemory");
    PeakMemory peak = standing.memory();
    memory.put("heap", peak.heap());
    memory.put("native", peak.tracked());
    memory.put("resident", peak.resident());
  }

  private static void entrant(ObjectNode node, Entrant entrant) {
    node.put("contestant", entrant.contestant().label());
    node.put("workers", entrant.cell().workers());
    if (entrant.contestant().averagesParameters()) {
      node.put("localSteps", entrant.cell().localSteps());
    }
    node.put("hidden", entrant.cell().hidden());
  }

  private static void spread(ObjectNode node, Spread spread) {
    node.put("median", spread.median());
    node.put("low", spread.low());
    node.put("high", spread.high());
  }
}
