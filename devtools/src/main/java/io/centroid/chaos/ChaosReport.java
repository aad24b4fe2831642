package io.centroid.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.chaos.Commits.Recovery;
import io.centroid.chaos.Training.FinishedRun;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of the chaos.
 *
 * @param expectedSha256 of the parameters of the undisturbed run
 * @param faults how many of each kind
 * @param recoveries from each fault to the next commit
 * @param redone rounds that each killed driver had done and not committed
 * @param runs that were finished
 * @param drivers that were started
 * @param stops why drivers ended that nobody had killed, each in a line
 * @param leftovers what nobody took away
 */
public record ChaosReport(
    ChaosSettings settings,
    String expectedSha256,
    Map<FaultKind, Integer> faults,
    List<Recovery> recoveries,
    List<Long> redone,
    List<FinishedRun> runs,
    int drivers,
    List<String> stops,
    List<String> leftovers) {

  /** Whether every run ended with the same bits and nothing was left behind. */
  public boolean passed() {
    return !runs.isEmpty()
        && leftovers.isEmpty()
        && runs.stream().allMatch(run -> run.parametersSha256().equals(expectedSha256));
  }

  /** What {@code --json} prints. */
  public ObjectNode toJson() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("passed", passed());
    json.put("seed", settings.seed());
    json.put("minutes", settings.length().toSeconds() / 60.0);
    json.put("expectedSha256", expectedSha256);
    json.put("drivers", drivers);
    ObjectNode kinds = json.putObject("faults");
    for (FaultKind kind : FaultKind.values()) {
      ObjectNode node = kinds.putObject(kind.label());
      node.put("count", faults.getOrDefault(kind, 0));
      double[] seconds = seconds(kind);
      if (seconds.length > 0) {
        node.put("medianSecondsToCommit", seconds[seconds.length / 2]);
        node.put("mostSecondsToCommit", seconds[seconds.length - 1]);
      }
    }
    redone.forEach(json.putArray("redoneRounds")::add);
    ArrayNode runsNode = json.putArray("runs");
    for (FinishedRun run : runs) {
      runsNode
          .addObject()
          .put("runDir", run.directory())
          .put("rounds", run.rounds())
          .put("drivers", run.starts())
          .put("parametersSha256", run.parametersSha256());
    }
    stops.forEach(json.putArray("stops")::add);
    leftovers.forEach(json.putArray("leftovers")::add);
    return json;
  }

  /** A table for people. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    line(text, "%-10s %6s %30s", "killed", "times", "seconds to the next commit");
    line(text, "%-10s %6s %20s %9s", "", "", "median", "most");
    for (FaultKind kind : FaultKind.values()) {
      double[] seconds = seconds(kind);
      int count = faults.getOrDefault(kind, 0);
      if (seconds.length == 0) {
        line(text, "%-10s %6d %20s %9s", kind.label(), count, "-", "-");
      } else {
        line(
            text,
            "%-10s %6d %20.1f %9.1f",
            kind.label(),
            count,
            seconds[seconds.length / 2],
            seconds[seconds.length - 1]);
      }
    }
    text.append('\n');
    long rounds = runs.stream().mapToLong(FinishedRun::rounds).sum();
    line(text, "%,d runs of %,d rounds in all, by %,d drivers", runs.size(), rounds, drivers);
    line(
        text,
        "rounds done again after a driver's death: at most %,d",
        redone.stream().mapToLong(Long::longValue).max().orElse(0));
    for (FinishedRun run : runs) {
      boolean same = run.parametersSha256().equals(expectedSha256);
      line(
          text,
          "  %s: %s",
          run.directory(),
          same ? "the same bits" : "OTHER BITS: " + run.parametersSha256());
    }
    stops.forEach(stop -> line(text, "a driver ended by itself: %s", stop));
    leftovers.forEach(left -> line(text, "LEFT BEHIND: %s", left));
    line(text, "expected    SHA-256 %s", expectedSha256);
    line(text, passed() ? "passed" : "FAILED");
    return text.toString();
  }

  /** In rising order. */
  private double[] seconds(FaultKind kind) {
    return recoveries.stream()
        .filter(recovery -> recovery.kind() == kind)
        .mapToDouble(Recovery::seconds)
        .sorted()
        .toArray();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
