package io.centroid.data.texts;

import io.centroid.io.JsonLine;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reader of labeled texts from JSON Lines. A label is a string or an integer; other fields are
 * ignored. Empty lines are allowed at the end.
 */
final class JsonLinesRecords implements TextRecords {
  private final Utf8Reader text;
  private final TextColumns wanted;
  private final Set<String> labels;
  private final boolean labeled;
  private @Nullable LabeledText pending;
  private long line;
  private long records;

  JsonLinesRecords(Utf8Reader text, TextColumns wanted) {
    this.text = text;
    this.wanted = wanted;
    this.labels = wanted.label().isEmpty() ? Set.of() : Set.of(wanted.label());
    LabeledText first = read();
    if (first == null) {
      throw text.error(1, "the file is empty, expected one JSON object per line");
    }
    this.labeled = first.label() != null;
    this.pending = first;
  }

  @Override
  public boolean labeled() {
    return labeled;
  }

  @Override
  public @Nullable LabeledText next() {
    LabeledText next = pending == null ? read() : pending;
    pending = null;
    if (next != null && labeled && next.label() == null) {
      throw text.error(
          next.line(), "no field '" + wanted.label() + "', expected one as in the first object");
    }
    return next;
  }

  @Override
  public void close() {
    text.close();
  }

  private @Nullable LabeledText read() {
    String content = nextLine();
    if (content == null) {
      return null;
    }
    if (content.isBlank()) {
      requireEnd();
      return null;
    }
    String where = text.path() + ": line " + line;
    Map<String, String> values = JsonLine.read(where, content, Set.of(wanted.text()), labels);
    String found = values.get(wanted.text());
    if (found == null) {
      throw text.error(
          line, "no field '" + wanted.text() + "', expected one (set by data.texts.text)");
    }
    String label = values.get(wanted.label());
    if (label != null) {
      TextRecords.requireLabel(label, text.path(), line);
    }
    return new LabeledText(records++, line, found, label);
  }

  private void requireEnd() {
    long empty = line;
    for (String next = nextLine(); next != null; next = nextLine()) {
      if (!next.isBlank()) {
        throw text.error(empty, "an empty line, expected an object or the end of the file");
      }
    }
  }

  private @Nullable String nextLine() {
    String next = text.line(line + 1, LONGEST_TEXT);
    line += next == null ? 0 : 1;
    return next;
  }
}
