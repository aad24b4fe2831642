package io.centroid.fuzz.parsers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.Rejection;
import io.centroid.fuzz.Finding;
import io.centroid.fuzz.TargetReport;
import java.util.List;
import java.util.Locale;

/** What a run of the fuzzer found, for people and for scripts. */
public record FuzzReport(long seed, List<TargetReport> targets) {

  public FuzzReport {
    targets = List.copyOf(targets);
  }

  public boolean isClean() {
    return targets.stream().allMatch(target -> target.findings().isEmpty());
  }

  /** A table with a line for each target. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    String line = "%-22s %12s %12s %12s %10s %14s %8s%n";
    text.append(
        String.format(
            Locale.ROOT,
            line,
            "target",
            "inputs",
            "accepted",
            "refused",
            "slowest",
            "peak bytes",
            "found"));
    for (TargetReport target : targets) {
      text.append(
          String.format(
              Locale.ROOT,
              line,
              target.target(),
              number(target.inputs()),
              number(target.accepted()),
              number(target.refused()),
              String.format(Locale.ROOT, "%.1f ms", target.slowestNanos() / 1e6),
              number(target.peakBytes()),
              target.findings().size()));
    }
    long inputs = targets.stream().mapToLong(TargetReport::inputs).sum();
    long found = targets.stream().mapToLong(target -> target.findings().size()).sum();
    return text.append(
            String.format(
                Locale.ROOT,
                "%n%,d inputs of seed %d, %s%n",
                inputs,
                seed,
                found == 0 ? "nothing found" : found + " found"))
        .toString();
  }

  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("seed", seed).put("clean", isClean());
    ArrayNode list = json.putArray("targets");
    for (TargetReport target : targets) {
      ObjectNode node = list.addObject();
      node.put("target", target.target())
          .put("inputs", target.inputs())
          .put("accepted", target.accepted())
          .put("refused", target.refused())
          .put("inputBytes", target.inputBytes())
          .put("seconds", target.nanos() / 1e9)
          .put("slowestMillis", target.slowestNanos() / 1e6)
          .put("peakBytes", target.peakBytes());
      ArrayNode findings = node.putArray("findings");
      for (Finding finding : target.findings()) {
        findings
            .addObject()
            .put("number", finding.number())
            .put("file", finding.fileName())
            .put("rule", finding.fault().kind().toString())
            .put("where", finding.fault().where())
            .put("what", shortened(finding.fault().what()));
      }
    }
    return json;
  }

  /** One line of at most 200 characters. */
  public static String shortened(String text) {
    return Rejection.oneLine(text.length() > 200 ? text.substring(0, 200) + "…" : text);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
