package io.centroid.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private static final long SECOND = 1_000_000_000L;

  private final StringWriter err = new StringWriter();

  @Test
  void plainProgressIsALineAtTheEndOfATask() {
    Terminal terminal = terminal(Terminal.Progress.PLAIN, false);
    try (TaskProgress task = new TaskProgress(terminal, "comparing", "examples", 2000)) {
      task.stepTo(1000);
      task.stepTo(2000);
    }
    assertThat(err.toString().lines()).containsExactly("comparing: 2,000 of 2,000 examples");
  }

  @Test
  void noProgressKeepsRemarks() {
    Terminal terminal = terminal(Terminal.Progress.NONE, false);
    try (TaskProgress task = new TaskProgress(terminal, "comparing", "examples", 1)) {
      task.stepTo(1);
    }
    terminal.note("a remark");
    assertThat(err.toString().lines()).containsExactly("a remark");
  }

  @Test
  void quietPrintsNothing() {
    Terminal terminal = terminal(Terminal.Progress.AUTO, true);
    terminal.note("a remark");
    try (TaskProgress task = new TaskProgress(terminal, "comparing", "examples", 1)) {
      task.stepTo(1);
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aRemarkIsPrintedAboveTheBar() {
    Terminal terminal = terminal(Terminal.Progress.AUTO, false);
    Terminal.Bar bar =
        Objects.requireNonNull(terminal.bar("training", 10, 0, () -> List.of("0:01 left")));
    bar.stepTo(5);
    bar.bar().refresh();
    terminal.note("a remark");
    bar.close();
    terminal.note("the end");
    String half = "training  50% [========>        ] 0:01 left";
    assertThat(err.toString().replace('\r', '^').lines().toList())
        .satisfies(lines -> assertThat(lines.get(0)).endsWith("^\u001b[Ka remark"))
        .satisfies(lines -> assertThat(lines.get(1)).startsWith(half).endsWith("\u001b[K"))
        .endsWith("the end");
  }

  @Test
  void theSizeIsMeasuredAfterAResizeOncePerSecond() {
    AtomicLong nanos = new AtomicLong();
    ArrayDeque<Integer> widths = new ArrayDeque<>(List.of(80, 100, 120));
    Tty tty = new Tty(false, () -> new Tty.Size(24, widths.remove()), nanos::get);
    assertThat(tty.size().columns()).isEqualTo(80);
    nanos.set(5 * SECOND);
    assertThat(tty.size().columns()).isEqualTo(80);
    tty.onResize();
    assertThat(tty.size().columns()).isEqualTo(100);
    tty.onResize();
    nanos.set(5 * SECOND + SECOND / 2);
    assertThat(tty.size().columns()).isEqualTo(100);
    nanos.set(6 * SECOND);
    assertThat(tty.size().columns()).isEqualTo(120);
  }

  @Test
  void theLocaleSaysWhetherBlocksAreShown() {
    assertThat(Tty.hasUtf8(Map.of("LANG", "en_US.UTF-8"))).isTrue();
    assertThat(Tty.hasUtf8(Map.of("LANG", "de_DE.utf8", "LC_ALL", ""))).isTrue();
    assertThat(Tty.hasUtf8(Map.of("LANG", "en_US.UTF-8", "LC_ALL", "C"))).isFalse();
    assertThat(Tty.hasUtf8(Map.of("LANG", "en_US.UTF-8", "LC_CTYPE", "POSIX"))).isFalse();
    assertThat(Tty.hasUtf8(Map.of())).isFalse();
  }

  @Test
  void aDumbTerminalIsNotRedrawn() {
    assertThat(Tty.canRedraw(Map.of("TERM", "xterm-256color"))).isTrue();
    assertThat(Tty.canRedraw(Map.of("TERM", "dumb"))).isFalse();
    assertThat(Tty.canRedraw(Map.of())).isFalse();
  }

  @Test
  void anUnknownNumberOfRowsKeepsTheColumns() {
    assertThat(Tty.parsed("50 132\n")).isEqualTo(new Tty.Size(50, 132));
    assertThat(Tty.parsed("0 70\n")).isEqualTo(new Tty.Size(24, 70));
    assertThat(Tty.parsed("0 0\n")).isEqualTo(new Tty.Size(24, 80));
    assertThat(Tty.parsed("stty: not a terminal")).isEqualTo(new Tty.Size(24, 80));
  }

  private Terminal terminal(Terminal.Progress progress, boolean quiet) {
    Tty tty = new Tty(false, () -> new Tty.Size(24, 44), System::nanoTime);
    return new Terminal(new PrintWriter(err), progress, quiet, Optional.of(tty));
  }
}
