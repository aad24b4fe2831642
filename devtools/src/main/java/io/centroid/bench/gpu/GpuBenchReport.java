package io.centroid.bench.gpu;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.Spread;
import io.centroid.bench.gpu.peak.GpuCard;
import io.centroid.device.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Figures of a device.
 *
 * @param card the card; empty on the CPU, or if nvidia-smi does not name it
 * @param peakTeraFlops dense peak in bfloat16, in TFLOP/s; empty if it is unknown
 * @param largestBatches results of the search for the largest batch
 * @param results results of each case, in the order of the systems
 * @param localSteps local steps of the rounds
 * @param rounds times of rounds
 * @param notes what was not measured, and why
 */
public record GpuBenchReport(
    Device device,
    Optional<GpuCard> card,
    Optional<Double> peakTeraFlops,
    List<LargestBatch> largestBatches,
    List<GpuResult> results,
    int localSteps,
    List<Round> rounds,
    List<String> notes) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The largest batch that fits on the device; 0 if none does. */
  public record LargestBatch(Gpt2Training training, int batch) {}

  /** Times of a round with a case. */
  public record Round(GpuCase what, RoundTimes times) {}

  public GpuBenchReport {
    largestBatches = List.copyOf(largestBatches);
    results = List.copyOf(results);
    rounds = List.copyOf(rounds);
    notes = List.copyOf(notes);
  }

  /** The result of the case's first system, to which others are compared. */
  GpuResult first(GpuResult result) {
    return results.stream()
        .filter(other -> other.what().equals(result.what()))
        .findFirst()
        .orElseThrow();
  }

  /** Share of the peak, where both are known. */
  Optional<Double> shareOfPeak(GpuResult result) {
    return peakTeraFlops.flatMap(result::shareOfPeak);
  }

  /** The report as JSON. */
  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("device", device.toString());
    node.put("rehearsal", device.kind() == Device.Kind.CPU);
    card.ifPresent(known -> node.set("card", JSON.valueToTree(known)));
    peakTeraFlops.ifPresent(peak -> node.put("peakTeraFlops", peak));
    for (LargestBatch each : largestBatches) {
      node.withArray("largestBatches")
          .addObject()
          .put("case", each.training().name())
          .put("batch", each.batch());
    }
    results.forEach(result -> put(node.withArray("results").addObject(), result));
    node.put("localSteps", localSteps);
    for (Round round : rounds) {
      RoundTimes times = round.times();
      ObjectNode row = node.withArray("rounds").addObject();
      row.put("case", round.what().name());
      row.put("batch", round.what().batch());
      row.put("parametersUpMillis", times.parametersUp());
      row.put("stateUpMillis", times.stateUp());
      row.put("computeMillis", times.compute());
      row.put("parametersDownMillis", times.parametersDown());
      row.put("stateDownMillis", times.stateDown());
      row.put("copyShareWithoutState", times.copyShareWithoutState());
      row.put("copyShareWithState", times.copyShareWithState());
    }
    notes.forEach(node.withArray("notes")::add);
    return node;
  }

  private void put(ObjectNode row, GpuResult result) {
    row.put("case", result.what().name());
    row.put("batch", result.what().batch());
    row.put("system", result.system());
    row.put("unit", result.what().unit() + "/s");
    if (result.what() instanceof Gpt2Training gpt2) {
      row.put("flopPerToken", gpt2.flopPerToken());
    }
    if (!result.missing().isEmpty()) {
      row.put("missing", result.missing());
    }
    result
        .rate()
        .ifPresent(
            rate -> {
              ObjectNode node = row.putObject("rate");
              put(node, rate);
              result.rates().forEach(node.putArray("runs")::add);
            });
    shareOfPeak(result).ifPresent(share -> row.put("shareOfPeak", share));
    GpuResult first = first(result);
    if (first != result) {
      first.ratioTo(result).ifPresent(ratio -> put(row.putObject("ratio"), ratio));
    }
  }

  private static void put(ObjectNode node, Spread spread) {
    node.put("low", spread.low());
    node.put("median", spread.median());
    node.put("high", spread.high());
  }

  /** The report as a text table. */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add(GpuTable.heading(this));
    results.forEach(result -> lines.addAll(GpuTable.lines(this, result)));
    if (!rounds.isEmpty()) {
      lines.addAll(GpuTable.rounds(this));
    }
    notes.forEach(note -> lines.add("- " + note));
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
