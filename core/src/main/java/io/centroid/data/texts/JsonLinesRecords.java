package io.centroid.data.texts;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.NearestName;
import io.centroid.io.JsonLine;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reader of labeled texts from JSON Lines. A label is a string, a whole number or a boolean;
 * other fields are ignored. Empty lines are skipped.
 */
final class JsonLinesRecords implements TextRecords {
  private final StrictReader text;
  private final TextColumns wanted;
  private final Set<String> labels;
  private final boolean labeled;
  private @Nullable LabeledText pending;
  private String content = "";
  private long line;
  private long records;

  JsonLinesRecords(StrictReader text, TextColumns wanted) {
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
  public void requireLabeled() {
    if (!labeled) {
      throw withoutField(wanted.label(), "data.texts.label");
    }
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
    String next = nextLine();
    while (next != null && next.isBlank()) {
      next = nextLine();
    }
    if (next == null) {
      return null;
    }
    content = next;
    Map<String, String> values = JsonLine.read(where(), content, Set.of(wanted.text()), labels);
    String found = values.get(wanted.text());
    if (found == null) {
      throw withoutField(wanted.text(), "data.texts.text");
    }
    String label = values.get(wanted.label());
    return new LabeledText(
        records++,
        line,
        found,
        label == null ? null : TextRecords.className(label, text.path(), line));
  }

  /** The error for a field that the last object does not have. */
  private InputException withoutField(String name, String key) {
    List<String> fields = JsonLine.fields(where(), content);
    String what = "no field " + NearestName.quote(name) + ", which " + key + " names";
    return InputErrors.of(
            where(), what + "; " + NearestName.among(name, List.of(), fields, "fields"))
        .orConcealed(InputErrors.of(where(), what))
        .about(NearestName.setting(key, name, fields));
  }

  private String where() {
    return text.path() + ": line " + line;
  }

  private @Nullable String nextLine() {
    String next = text.line(line + 1, LONGEST_TEXT);
    line += next == null ? 0 : 1;
    return next;
  }
}
