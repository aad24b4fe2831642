package io.centroid.cli.watch;

import io.centroid.cli.Centroid;
import io.centroid.cli.report.Terminal;
import io.centroid.cli.report.Tty;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The {@code watch} command: follows a run that another process trains. */
@Command(
    name = "watch",
    description = {
      "Follow a run that another process trains: curves, throughput, faults, last checkpoint.",
      "On a terminal the curves are redrawn; elsewhere each evaluation is a line. Ends when the run"
          + " is finished. Nothing is written to the run's folder."
    },
    footer = {"", "Example:", "  centroid watch hdfs:///runs/mnist --metric loss,validation.loss"},
    mixinStandardHelpOptions = true)
public final class WatchCommand implements Callable<Integer> {
  private static final String CLEAR = "\u001b[2J";
  private static final String HOME = "\u001b[H";
  private static final String ERASE_LINE = "\u001b[K";
  private static final String ERASE_BELOW = "\u001b[J";

  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "Folder of the run, a local path or any Hadoop URI; awaited if it is missing.")
  private String location;

  @Option(
      names = "--once",
      description = "Print the current state and end; a missing run is an error.")
  private boolean once;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "2s",
      converter = IntervalConverter.class,
      description = "Time between two readings, such as 500ms, 2s or 1m (default: 2s).")
  private Duration interval;

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      split = ",",
      description =
          "Metrics to draw, by their names in metrics.jsonl, separated by commas; validation.NAME"
              + " is of the validation set (default: loss, the main metric of the validation set,"
              + " examplesPerSecond).")
  private List<String> metrics = new ArrayList<>();

  private boolean isDrawn;

  /** Parses a duration. */
  static final class IntervalConverter implements ITypeConverter<Duration> {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");

    @Override
    public Duration convert(String text) {
      Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
      if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
        throw new TypeConversionException("expected a duration such as 2s, found " + text);
      }
      long count = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(count);
        case "s" -> Duration.ofSeconds(count);
        default -> Duration.ofMinutes(count);
      };
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    WatchedRun run =
        new WatchedRun(
            metrics.isEmpty()
                ? WatchedMetric.USUAL
                : metrics.stream().map(WatchedMetric::parse).toList());
    WatchedFolder folder = new WatchedFolder(new HadoopFiles(SiteConfiguration.load()), location);
    Terminal terminal = centroid.terminal();
    Optional<Tty> tty = terminal.output();
    PrintWriter out = spec.commandLine().getOut();
    WatchLines lines = new WatchLines(run, out);
    boolean isKnown = false;
    String note = "";
    while (true) {
      String problem = read(folder, run, tty.isPresent() ? run : lines);
      isKnown |= problem.isEmpty();
      if (!problem.isEmpty() && !problem.equals(note)) {
        terminal.note(problem);
      }
      note = problem;
      if (isKnown) {
        show(run, lines, tty);
        centroid.requireWritten();
        if (once || run.isFinished()) {
          return ExitCode.DONE;
        }
      }
      TimeUnit.MILLISECONDS.sleep(interval.toMillis());
    }
  }

  /**
   * Reads what is new.
   *
   * @return why nothing could be read, which may change; empty if it could be
   * @throws InputException if there is no run, with --once, or it cannot be read
   */
  private String read(WatchedFolder folder, WatchedRun run, MetricsTail.Sink rows)
      throws IOException {
    try {
      if (folder.read(run, rows)) {
        return "";
      }
      if (once) {
        throw new InputException(
            location + ": expected the folder of a run, found no metrics.jsonl in it");
      }
      return "waiting for " + location + " to start";
    } catch (IOException e) {
      if (once || StorageFailure.of(e).filter(failure -> !failure.isTransient()).isPresent()) {
        throw e;
      }
      return location + ": cannot be read for now: " + StorageFailure.reason(e);
    }
  }

  private void show(WatchedRun run, WatchLines lines, Optional<Tty> tty) {
    PrintWriter out = spec.commandLine().getOut();
    if (tty.isEmpty()) {
      lines.onRead();
      if (once || run.isFinished()) {
        out.println(WatchScreen.status(run, Instant.now()));
      }
    } else {
      WatchScreen screen = new WatchScreen(location, tty.get().unicode());
      List<String> frame = screen.lines(run, tty.get().size(), Instant.now());
      out.print(
          once
              ? String.join(System.lineSeparator(), frame) + System.lineSeparator()
              : drawn(frame));
    }
    out.flush();
  }

  /** The frame from the top of the terminal on; nothing needs to be restored at the end. */
  private String drawn(List<String> frame) {
    StringBuilder text = new StringBuilder(isDrawn ? HOME : CLEAR + HOME);
    isDrawn = true;
    frame.forEach(line -> text.append(line).append(ERASE_LINE).append(System.lineSeparator()));
    return text.append(ERASE_BELOW).toString();
  }
}
