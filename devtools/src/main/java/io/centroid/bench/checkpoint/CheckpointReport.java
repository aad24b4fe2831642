package io.centroid.bench.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** Cost of checkpoints as JSON and as a text table. */
public record CheckpointReport(CheckpointSettings settings, int runs, List<CheckpointCost> costs) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public CheckpointReport {
    costs = List.copyOf(costs);
  }

  /**
   * Returns the report as JSON. Times are in milliseconds; the overhead is a fraction of a round
   * without checkpoints.
   */
  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.set("settings", JSON.valueToTree(settings));
    node.put("runs", runs);
    ArrayNode networks = node.putArray("networks");
    for (CheckpointCost cost : costs) {
      ObjectNode network = networks.addObject();
      network.put("parameters", cost.parameters());
      network.put("optimizer", cost.network().optimizer());
      network.put("localSteps", cost.localSteps());
      network.put("checkpointBytes", cost.bytes());
      network.set("roundMillis", JSON.valueToTree(cost.withMillis()));
      network.set("roundMillisWithout", JSON.valueToTree(cost.withoutMillis()));
      network.set("ratio", JSON.valueToTree(cost.ratio()));
      network.put("overhead", cost.ratio().median() - 1);
      network.set("saveMillis", JSON.valueToTree(cost.saveMillis()));
      network.set("saveCpuMillis", JSON.valueToTree(cost.saveCpuMillis()));
    }
    return node;
  }

  /** Returns a text table of medians, with the quartiles of the overhead. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%11s %9s %6s %9s %8s %8s %10s %10s %22s%n",
            "parameters",
            "optimizer",
            "H",
            "MB saved",
            "save ms",
            "CPU ms",
            "round ms",
            "without",
            "overhead (quartiles)"));
    for (CheckpointCost cost : costs) {
      text.append(
          String.format(
              Locale.ROOT,
              "%,11d %9s %,6d %9.1f %8.0f %8.1f %10.1f %10.1f %+6.1f%% (%+.1f to %+.1f)%n",
              cost.parameters(),
              cost.network().optimizer(),
              cost.localSteps(),
              cost.bytes() / 1e6,
              cost.saveMillis().median(),
              cost.saveCpuMillis().median(),
              cost.withMillis().median(),
              cost.withoutMillis().median(),
              100 * (cost.ratio().median() - 1),
              100 * (cost.ratio().low() - 1),
              100 * (cost.ratio().high() - 1)));
    }
    return text.toString();
  }
}
