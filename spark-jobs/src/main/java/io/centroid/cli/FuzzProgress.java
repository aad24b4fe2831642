package io.centroid.cli;

import io.centroid.fuzz.TargetReport;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows on standard error how far the fuzzer is: a bar on a terminal, elsewhere a line a target.
 */
final class FuzzProgress implements AutoCloseable {
  private final PrintWriter err;
  private final @Nullable ProgressBar bar;
  private long before;
  private long of;

  FuzzProgress(PrintWriter err, long inputs) {
    this.err = err;
    this.bar =
        ProgressReport.isTerminal()
            ? new ProgressBarBuilder()
                .setTaskName("inputs")
                .setStyle(ProgressBarStyle.ASCII)
                .setInitialMax(inputs)
                .setUpdateIntervalMillis(200)
                .build()
            : null;
  }

  void begin(String target, long inputs) {
    of = inputs;
    if (bar != null) {
      bar.setExtraMessage(target);
    }
  }

  /** So many inputs of the target are done. */
  void step(long inputs) {
    if (bar != null) {
      bar.stepTo(before + inputs);
    }
  }

  void end(TargetReport report) {
    before += of;
    step(0);
    if (bar == null) {
      line(
          String.format(
              Locale.ROOT,
              "%s: %,d inputs in %.1f s, %d found",
              report.target(),
              report.inputs(),
              report.nanos() / 1e9,
              report.findings().size()));
    }
  }

  void line(String text) {
    err.println(text);
    err.flush();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
