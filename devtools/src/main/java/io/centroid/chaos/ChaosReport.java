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
 * Result of a chaos run.
 *
 * @param expectedSha256 SHA-256 of the parameters of the undisturbed run
 * @param faults number of faults of each kind
 * @param recoveries time from each fault to the next commit
 * @param redone number of uncommitted rounds of each killed driver
 * @param runs finished runs
 * @param drivers number of drivers that were started
 * @param stops last line of each driver that failed without being killed
 * @param leftovers files and processes that were left behind
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

  /** Whether every run ended bitwise identical and nothing was left behind. */
  public boolean passed() {
    return !runs.isEmpty()
        && leftovers.isEmpty()
        && runs.stream().allMatch(run -> run.parametersSha256().equals(expectedSha256));
  }

  /** Output of {@code --json}. */
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

  /** A text table. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    line(text, "%-10s %6s %30s", "killed", "times", "seconds to the next commit");
    line(text, "%-10s %6s %20s %9s", "", "", "median", "max");
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
        "rounds repeated after a driver was killed: at most %,d",
        redone.stream().mapToLong(Long::longValue).max().orElse(0));
    for (FinishedRun run : runs) {
      boolean same = run.parametersSha256().equals(expectedSha256);
      line(
          text,
          "  %s: %s",
          run.directory(),
          same ? "bitwise identical" : "DIFFERENT: " + run.parametersSha256());
    }
    stops.forEach(stop -> line(text, "a driver failed: %s", stop));
    leftovers.forEach(left -> line(text, "LEFT BEHIND: %s", left));
    line(text, "expected    SHA-256 %s", expectedSha256);
    line(text, passed() ? "passed" : "FAILED");
    return text.toString();
  }

  /** In ascending order. */
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
