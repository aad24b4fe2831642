package io.centroid.card;

import io.centroid.error.InputErrors;
import java.util.List;
import java.util.stream.Collectors;

/** Markdown of a model card. Text from outside stays text: it becomes no markup and no HTML. */
final class Markdown {
  private static final int MOST_CODE = 200;
  private final StringBuilder text = new StringBuilder();

  Markdown heading(int level, String heading) {
    return line("").line("#".repeat(level) + " " + heading).line("");
  }

  Markdown line(String line) {
    text.append(line).append('\n');
    return this;
  }

  /** The first line of a table, and the line below it. */
  Markdown header(String... cells) {
    return row(List.of(cells)).line("|" + "---|".repeat(cells.length));
  }

  Markdown row(List<String> cells) {
    return line(cells.stream().collect(Collectors.joining(" | ", "| ", " |")));
  }

  Markdown row(String... cells) {
    return row(List.of(cells));
  }

  /** A value from outside in one line of printable characters. */
  static String printable(String value) {
    return InputErrors.oneLine(value).replaceAll("\\p{C}", "?").strip();
  }

  /** A value from outside as code, for lines and table cells. */
  static String code(String value) {
    String line = printable(value);
    String cut = line.length() <= MOST_CODE ? line : line.substring(0, MOST_CODE) + "…";
    return cut.isEmpty() ? "" : "`" + cut.replace('`', '\'').replace('|', '¦') + "`";
  }

  /** A sentence of the user, in one line, in which no character has a meaning of its own. */
  static String sentence(String value) {
    return printable(value.strip().replaceAll("\\s*\\R\\s*", " "))
        .replaceAll("[\\\\`*_{}\\[\\]<>()#+!|&~$]", "\\\\$0");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
