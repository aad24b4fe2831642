package io.centroid.cli.report;

import io.centroid.export.ExportListener;
import org.jspecify.annotations.Nullable;

/** Prints the remarks and the progress of an export. */
public final class ExportProgress implements ExportListener, AutoCloseable {
  private final Terminal terminal;
  private @Nullable TaskProgress comparison;

  public ExportProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void onNote(String note) {
    terminal.note(note);
  }

  @Override
  public void onCompared(int done, int examples) {
    TaskProgress shown = comparison;
    if (shown == null) {
      shown = new TaskProgress(terminal, "comparing", "examples", examples);
      comparison = shown;
    }
    shown.stepTo(done);
  }

  @Override
  public void close() {
    if (comparison != null) {
      comparison.close();
    }
  }
}
