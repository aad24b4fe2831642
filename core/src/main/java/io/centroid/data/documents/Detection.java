package io.centroid.data.documents;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.JsonLine;
import io.centroid.io.decoding.BinaryFormat;
import io.centroid.io.decoding.FileHead;
import io.centroid.io.decoding.TextFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a file of a corpus is read, from its name and its first bytes. Compression is detected by
 * content.
 *
 * @param file the file
 * @param note what users do not expect, without the file's name; empty if there is nothing to tell
 */
record Detection(TextFile file, String note) {
  private static final int HEAD = 1 << 16;
  private static final int LINES = 5;
  private static final String AS_IT_IS = " (or read it as it is with --documents file)";
  private static final Pattern TABLE = Pattern.compile(".*\\.(csv|tsv)(\\.gz)?");
  private static final Pattern JSON = Pattern.compile(".*\\.json(\\.gz)?");

  /**
   * Reads the first bytes of a file.
   *
   * @param chosen kind of document that the user chose; null to detect it
   * @param options encoding, and JSON field with the text
   * @throws InputException if the file is not text, or has JSON without that field
   */
  static Detection of(
      HadoopFiles files,
      Path path,
      long length,
      @Nullable DocumentKind chosen,
      ReadingOptions options) {
    if (length == 0) {
      return new Detection(new TextFile(path.toString(), 0, DocumentKind.FILE, false), "");
    }
    FileHead head =
        FileHead.read(
            files,
            path.toString(),
            HEAD,
            options.charset(),
            new TextDecoder(options.replaceBad())::damaged);
    Optional<String> binary = BinaryFormat.describe(head.bytes());
    if (binary.isPresent()) {
      throw InputErrors.of(path.toString(), "is " + binary.get());
    }
    Found found =
        chosen == null ? detected(path, head, options.jsonField()) : new Found(chosen, "");
    return new Detection(
        new TextFile(path.toString(), length, found.kind(), head.isDecoded()), found.note());
  }

  private record Found(DocumentKind kind, String note) {}

  private static Found detected(Path path, FileHead head, String field) {
    String name = path.getName().toLowerCase(Locale.ROOT);
    if (TextFormat.JSON_LINES.isOf(name)) {
      return new Found(DocumentKind.JSONL, "");
    }
    if (TABLE.matcher(name).matches()) {
      throw new InputException(
          path
              + ": is a table by its name, expected text; write its text column as JSON Lines, or"
              + " tokenize its lines as they are with --documents line");
    }
    boolean whole = head.bytes().length < HEAD;
    String text = new String(head.bytes(), StandardCharsets.UTF_8);
    text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    String stripped = text.stripLeading();
    boolean json = JSON.matcher(name).matches();
    if (stripped.startsWith("[")) {
      return array(path, stripped.substring(1).stripLeading(), json, field);
    }
    return stripped.startsWith("{")
        ? objects(path, text, whole, json, field)
        : new Found(DocumentKind.FILE, "");
  }

  private static Found array(Path path, String first, boolean json, String field) {
    Map<String, Integer> fields = JsonLine.stringFields(first, false).orElse(Map.of());
    Optional<JsonLine.Conversation> conversation = JsonLine.Conversation.find(first);
    if (json || fields.containsKey(field) || conversation.isPresent()) {
      String elements = first.startsWith("\"") ? ".[] | {text: .}" : ".[]";
      throw new InputException(
          path
              + ": is a JSON array, expected text or JSON Lines; "
              + conversation
                  .map(found -> found.remedy(true))
                  .orElse("convert it: jq -c '" + elements + "' FILE > FILE.jsonl")
              + AS_IT_IS);
    }
    return new Found(DocumentKind.FILE, "");
  }

  private static Found objects(Path path, String text, boolean whole, boolean json, String field) {
    boolean cut = !whole && text.indexOf('\n') < 0;
    int end = whole || cut ? text.length() : text.lastIndexOf('\n');
    List<String> lines =
        text.substring(0, end).lines().filter(line -> !line.isBlank()).limit(LINES).toList();
    List<Optional<Map<String, Integer>>> objects =
        lines.stream().map(line -> JsonLine.stringFields(line, !cut)).toList();
    boolean jsonLines = objects.stream().allMatch(Optional::isPresent);
    if (jsonLines && field.isEmpty()) {
      return new Found(
          DocumentKind.JSONL,
          "read as JSON Lines, since the first lines are JSON objects: each is a document");
    }
    if (jsonLines && objects.stream().anyMatch(one -> one.orElseThrow().containsKey(field))) {
      return new Found(
          DocumentKind.JSONL,
          "read as JSON Lines, since the first lines are JSON objects: each is a document, its text"
              + " in the field '"
              + field
              + "' (--documents file reads the file as it is)");
    }
    if (jsonLines && lines.size() > 1) {
      throw withoutField(path + ": the first line", field, lines.get(0));
    }
    JsonLine.Conversation.find(text)
        .ifPresent(
            found -> {
              throw new InputException(
                  path
                      + ": is one JSON object with a conversation, expected text or JSON Lines; "
                      + found.remedy(false)
                      + AS_IT_IS);
            });
    return new Found(
        DocumentKind.FILE,
        json ? "is one JSON object, read as it is; JSON Lines has one object per line" : "");
  }

  /** The error for an object without the text field: names its conversation or string fields. */
  static InputException withoutField(String where, String field, String line) {
    Optional<JsonLine.Conversation> conversation = JsonLine.Conversation.find(line);
    if (conversation.isPresent()) {
      return InputErrors.of(
          where,
          "field '" + field + "'",
          "a string",
          "a conversation in the field '"
              + conversation.get().field()
              + "'; "
              + conversation.get().remedy(false));
    }
    Map<String, Integer> fields = JsonLine.stringFields(line, true).orElse(Map.of());
    String longest =
        fields.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse("");
    return InputErrors.of(
        where,
        "field '" + field + "'",
        "a string",
        fields.isEmpty()
            ? "no such field, and no string field at all; make one: jq -c '{text: .PATH}' FILE >"
                + " FILE.jsonl"
            : "no such field; the string fields are "
                + String.join(", ", fields.keySet())
                + "; the longest text is in '"
                + InputErrors.shorten(longest)
                + "': --json-field "
                + InputErrors.shorten(longest));
  }
}
