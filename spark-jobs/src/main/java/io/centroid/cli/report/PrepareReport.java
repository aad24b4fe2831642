package io.centroid.cli.report;

import io.centroid.spark.text.CorpusProgress;
import org.jspecify.annotations.Nullable;

/** Prints the remarks and the progress of {@code prepare}. Thread-safe. */
public final class PrepareReport implements CorpusProgress, AutoCloseable {
  private final Terminal terminal;
  private @Nullable TaskProgress pass;
  private int done;

  public PrepareReport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void onNote(String note) {
    terminal.note(note);
  }

  @Override
  public synchronized void onPass(String what, int passTasks) {
    close();
    done = 0;
    pass = new TaskProgress(terminal, what, "tasks", passTasks);
  }

  @Override
  public synchronized void onTask() {
    done++;
    if (pass != null) {
      pass.stepTo(done);
    }
  }

  @Override
  public synchronized void close() {
    if (pass != null) {
      pass.close();
      pass = null;
    }
  }
}
