package io.centroid.cli.watch;

import io.centroid.cli.report.RunLine;
import io.centroid.cli.report.Tty;
import io.centroid.error.InputErrors;
import io.centroid.run.metrics.RoundMetric;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Draws a run as text: its curves, and below them its state.
 *
 * @param name name of the run
 * @param unicode whether other characters than ASCII may be used
 */
record WatchScreen(String name, boolean unicode) {
  private static final int FEWEST_ROWS = 3;

  /** The lines, at most as many as the terminal has without its last. */
  List<String> lines(WatchedRun run, Tty.Size size, Instant now) {
    int width = size.columns() - 1;
    List<String> title = wrapped(title(run, width), width).toList();
    List<String> state = state(run, now).stream().flatMap(line -> wrapped(line, width)).toList();
    // An axis of two lines, if there is room for a curve.
    int free = size.rows() - 1 - title.size() - state.size() - 2;
    List<WatchedRun.Drawn> drawn = run.drawn();
    int shown = Math.min(drawn.size(), Math.max(0, free / (FEWEST_ROWS + 1)));
    List<String> lines = new ArrayList<>(title);
    if (shown > 0) {
      Plot plot = new Plot(width, free / shown - 1, unicode);
      double to = Math.max(run.steps(), run.step());
      for (WatchedRun.Drawn metric : drawn.subList(0, shown)) {
        lines.add(metric.title() + ", last " + Plot.number(metric.curve().last()));
        lines.addAll(plot.curve(metric.curve(), to));
      }
      lines.addAll(plot.axis("step", to));
    }
    lines.addAll(state);
    return lines.stream()
        .limit(Math.max(1, size.rows() - 1))
        .map(line -> fitting(line, width))
        .toList();
  }

  /** Where the run is, after as much of the end of its name as there is room for. */
  private String title(WatchedRun run, int width) {
    String percent =
        run.steps() == 0
            ? ""
            : " (" + (long) (100.0 * Math.min(run.step(), run.steps()) / run.steps()) + " %)";
    RunLine line = run.line("");
    String left = line.left().isEmpty() ? "" : ", " + line.left();
    String position = line.position() + percent + left;
    int room = width - position.length() - 2;
    if (name.length() <= room) {
      return name + ": " + position;
    }
    String cut = unicode ? "…" : "...";
    int kept = room - cut.length();
    return kept < 1 ? position : cut + name.substring(name.length() - kept) + ": " + position;
  }

  private static List<String> state(WatchedRun run, Instant now) {
    String validation = RunLine.metrics(run.validation());
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "round %,d, mean %,.0f examples/s%s",
            run.rounds(),
            run.examplesPerSecond(),
            validation.isEmpty() ? "" : ", validation " + validation));
    lines.add("time: " + timeSplit(run));
    lines.add(
        String.format(
            Locale.ROOT,
            "%,.0f tasks retried, %,.0f executors lost, %d rollbacks, %s",
            run.sum(RoundMetric.RETRIED_TASKS),
            run.sum(RoundMetric.LOST_EXECUTORS),
            run.rollbacks(),
            run.checkpoint() == 0
                ? "no checkpoint yet"
                : String.format(Locale.ROOT, "last checkpoint step-%08d", run.checkpoint())));
    lines.addAll(List.of(status(run, now).split("; ")));
    if (!run.problem().isEmpty()) {
      lines.add(run.problem());
    }
    return lines;
  }

  private static String timeSplit(WatchedRun run) {
    double all = run.sum(RoundMetric.SECONDS) + run.sum(RoundMetric.CHECKPOINT_SECONDS);
    return all == 0
        ? "-"
        : RoundMetric.TIME_PARTS.stream()
            .map(
                part ->
                    String.format(
                        Locale.ROOT, "%s %.0f %%", part.word(), 100 * run.sum(part) / all))
            .collect(Collectors.joining(", "));
  }

  /** What the run is doing, as far as its files say. */
  static String status(WatchedRun run, Instant now) {
    if (run.result().isPresent()) {
      return run.result()
          .map(
              result ->
                  "finished"
                      + (result.stoppedEarly() == null ? "" : ", " + result.stoppedEarly())
                      + part("validation", result.validation())
                      + part("test", result.test()))
          .orElse("");
    }
    if (run.rounds() == 0) {
      return "waiting for the first round";
    }
    String age = run.age(now).map(WatchScreen::text).orElse("");
    if (run.isSilent(now)) {
      return "no new round for " + age + ": the run may be interrupted";
    }
    return age.isEmpty() ? "running" : "last round " + age + " ago";
  }

  private static String part(String part, Map<String, Double> metrics) {
    String text = RunLine.metrics(metrics);
    return text.isEmpty() ? "" : "; " + part + " " + text;
  }

  private static String text(Duration age) {
    if (age.toHours() >= 1) {
      return age.toHours() + " h " + age.toMinutesPart() + " min";
    }
    return age.toMinutes() >= 1 ? age.toMinutes() + " min" : age.toSeconds() + " s";
  }

  /** The line in several ones, split after commas, where it is too long. */
  private static Stream<String> wrapped(String line, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    for (String part : line.split("(?<=, )")) {
      if (current.length() > 0 && current.length() + part.stripTrailing().length() > width) {
        lines.add(current.toString());
        current.setLength(0);
        current.append("  ");
      }
      current.append(part);
    }
    lines.add(current.toString());
    return lines.stream().map(String::stripTrailing);
  }

  /** The line without control characters, which a run's files may contain. */
  private String fitting(String line, int width) {
    String plain = InputErrors.oneLine(line);
    String shown = unicode ? plain : plain.replaceAll("[^ -~]", "?");
    return shown.length() <= width ? shown : shown.substring(0, Math.max(0, width));
  }
}
