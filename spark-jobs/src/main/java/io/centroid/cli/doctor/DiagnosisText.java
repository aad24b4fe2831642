package io.centroid.cli.doctor;

import io.centroid.cli.doctor.Diagnosis.Result;
import io.centroid.error.InputErrors;
import io.centroid.security.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A diagnosis for a terminal of 80 columns: all checks, the memory, then what was found. */
final class DiagnosisText {
  private static final int WIDTH = 80;
  private static final String MEMORY_ROW = "  %-30s%14s";

  private final StringBuilder text = new StringBuilder();

  private DiagnosisText() {}

  /**
   * Formats a diagnosis.
   *
   * @param title what was examined
   * @param memory estimate of the run's memory; empty if it is unknown
   */
  static String of(String title, Diagnosis diagnosis, Optional<MemoryNeed> memory) {
    DiagnosisText all = new DiagnosisText();
    all.line(title);
    all.line("");
    diagnosis.checks().forEach(all::check);
    memory.ifPresent(all::memory);
    all.findings(diagnosis, Finding.Severity.NOTE, "Note");
    all.findings(diagnosis, Finding.Severity.FINDING, "Finding");
    all.line("");
    all.line(summary(diagnosis));
    return all.text.toString();
  }

  private static String summary(Diagnosis diagnosis) {
    long findings = diagnosis.findings();
    long notes =
        diagnosis.checks().stream().mapToLong(check -> check.findings().size()).sum() - findings;
    return String.format(
        Locale.ROOT,
        "%d checks: %s, %s",
        diagnosis.checks().size(),
        counted(findings, "finding"),
        counted(notes, "note"));
  }

  private static String counted(long count, String noun) {
    return (count == 0 ? "no" : Long.toString(count)) + " " + noun + (count == 1 ? "" : "s");
  }

  private void check(Result check) {
    String status = check.status().name().toLowerCase(Locale.ROOT);
    wrapped(String.format(Locale.ROOT, "  %-8s %-9s ", status, check.name()), check.detail());
  }

  private void findings(Diagnosis diagnosis, Finding.Severity severity, String heading) {
    for (Result check : diagnosis.checks()) {
      for (Finding finding : check.findings()) {
        if (finding.severity() == severity) {
          line("");
          String key = check.name() + ": ";
          boolean begins = finding.found().startsWith(key);
          wrapped(heading + ", " + key, "  ", finding.found().substring(begins ? key.length() : 0));
          wrapped("  ", finding.why());
          // Not wrapped: it is copied.
          finding.change().forEach(change -> line("    " + clean(change)));
        }
      }
    }
  }

  private void memory(MemoryNeed need) {
    line("");
    line(
        need.isLocal()
            ? String.format(
                Locale.ROOT, MEMORY_ROW + "%14s", "Memory in MiB, at most", "heap", "native")
            : String.format(
                Locale.ROOT,
                MEMORY_ROW + "%16s%16s",
                "Memory in MiB, at most",
                "driver heap",
                "executor heap",
                "native"));
    for (MemoryNeed.Term term : need.terms()) {
      row(need, term.name(), term.driverHeap(), term.executorHeap(), term.offHeap());
    }
    long driver = need.driverHeap() - (need.isLocal() ? need.executorHeap() : 0);
    row(need, "total", driver, need.executorHeap(), need.offHeap());
  }

  private void row(MemoryNeed need, String name, long driver, long executor, long offHeap) {
    line(
        (need.isLocal()
                ? String.format(
                    Locale.ROOT, MEMORY_ROW + "%14s", name, size(driver + executor), size(offHeap))
                : String.format(
                    Locale.ROOT,
                    MEMORY_ROW + "%16s%16s",
                    name,
                    size(driver),
                    size(executor),
                    size(offHeap)))
            .stripTrailing());
  }

  private static String size(long bytes) {
    return bytes == 0 ? "" : String.format(Locale.ROOT, "%,.1f", bytes / (double) (1 << 20));
  }

  private void wrapped(String prefix, String content) {
    wrapped(prefix, " ".repeat(prefix.length()), content);
  }

  /** Words in lines of at most {@link #WIDTH} characters; longer words stay whole. */
  private void wrapped(String prefix, String indent, String content) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(prefix);
    boolean isEmpty = true;
    for (String word : clean(content).split(" ")) {
      if (!isEmpty && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(indent);
        isEmpty = true;
      }
      line.append(isEmpty ? "" : " ").append(word);
      isEmpty = false;
    }
    lines.add(line.toString());
    lines.forEach(this::line);
  }

  /** Text that is data: in one line, without secrets. */
  private static String clean(String content) {
    return Redaction.of(InputErrors.oneLine(content));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
