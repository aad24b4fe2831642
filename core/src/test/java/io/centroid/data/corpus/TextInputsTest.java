package io.centroid.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.ReadingOptions;
import io.centroid.data.documents.TextFile;
import io.centroid.data.documents.TextInputs;
import io.centroid.data.documents.TextPlan;
import io.centroid.error.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Detection of how the files of a corpus are read. */
class TextInputsTest {
  private static final String OBJECTS =
      "{\"text\": \"one\", \"url\": \"u\"}\n\n{\"url\": \"v\", \"text\": \"two\"}\n";

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(strings = {"a.json", "a.txt", "part-00000", "c4-train.00000-of-00001.json"})
  void jsonLinesAreDetectedByContentAndReported(String name) throws IOException {
    for (byte[] content : new byte[][] {bytes(OBJECTS), gzip(OBJECTS), bytes("\uFEFF" + OBJECTS)}) {
      Path file = Files.write(folder.resolve(name), content);
      assertThat(documents(file, null)).containsExactly("one", "two");
      assertThat(notes)
          .singleElement()
          .asString()
          .startsWith(file + ": read as JSON Lines, since the first lines are JSON objects");
      notes.clear();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl", "a.ndjson", "a.jsonlines", "a.ndjson.gz", "A.JSONL"})
  void jsonLinesAreDetectedByName(String name) throws IOException {
    byte[] content = name.endsWith(".gz") ? gzip(OBJECTS) : bytes(OBJECTS);
    assertThat(documents(Files.write(folder.resolve(name), content), null))
        .containsExactly("one", "two");
    assertThat(notes).isEmpty();
  }

  @Test
  void aChosenKindIsNotDetected() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), OBJECTS);
    assertThat(documents(file, DocumentKind.FILE)).containsExactly(OBJECTS);
    Path table = Files.writeString(folder.resolve("a.csv"), "a,b\n1,2\n");
    assertThat(documents(table, DocumentKind.LINE)).containsExactly("a,b", "1,2");
    assertThat(notes).isEmpty();
  }

  @Test
  void aLineLongerThanTheInspectedBytesIsDetected() throws IOException {
    String text = "long ".repeat(50_000);
    Path file =
        Files.writeString(
            folder.resolve("a.json"), "{\"id\": 1, \"text\": \"" + text + "\"}\n{\"text\": \"b\"}");
    assertThat(documents(file, null)).containsExactly(text, "b");
  }

  @Test
  void gzipIsDetectedByContent() throws IOException {
    assertThat(documents(Files.write(folder.resolve("a.txt"), gzip("zipped")), null))
        .containsExactly("zipped");
    assertThat(
            documents(Files.writeString(folder.resolve("b.txt.gz"), "unzipped on the way"), null))
        .containsExactly("unzipped on the way");
  }

  @Test
  void aFileNextToItsGzippedFormIsReported() throws IOException {
    Path plain = Files.writeString(folder.resolve("a.txt"), "one");
    Files.write(folder.resolve("a.txt.gz"), gzip("two"));
    Files.write(folder.resolve("b.txt.gz"), gzip("three"));
    assertThat(documents(folder, null)).hasSize(3);
    assertThat(notes)
        .singleElement()
        .asString()
        .startsWith(plain + ": read, and so is its gzipped");
  }

  @Test
  void textThatBeginsLikeJsonIsText() throws IOException {
    for (String text :
        List.of("{ a set }\n", "[1] a note\n", "{\"a\": 1} b\n{\"a\": 2} c\n", "[\n", "{\n")) {
      assertThat(documents(Files.writeString(folder.resolve("a.txt"), text), null))
          .containsExactly(text);
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void oneJsonObjectIsTokenizedAsItIsAndReported() throws IOException {
    String text = "{\n  \"text\": \"one\"\n}\n";
    Path file = Files.writeString(folder.resolve("a.json"), text);
    assertThat(documents(file, null)).containsExactly(text);
    assertThat(notes).singleElement().asString().contains("is one JSON object");
  }

  @Test
  void equalNotesAreTogether() throws IOException {
    for (int i = 0; i < 3; i++) {
      Files.writeString(folder.resolve(i + ".json"), OBJECTS);
    }
    assertThat(find(List.of(folder.toString()), null)).hasSize(3);
    assertThat(notes)
        .singleElement()
        .asString()
        .startsWith(folder + "/0.json and 2 more: read as JSON Lines");
  }

  @Test
  void aMissingFieldIsReportedWithTheFieldsThatAreThere() throws IOException {
    String line = "{\"id\": 7, \"title\": \"t\", \"story\": \"once upon a time\"}\n";
    String message =
        "field 'text': expected a string, found no such field; the string fields are title, story;"
            + " the longest text is in 'story': --json-field story";
    for (String name : new String[] {"a.json", "a.jsonl"}) {
      Path file = Files.writeString(folder.resolve(name), line + line);
      assertThatThrownBy(() -> documents(file, null))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(file + ": the ")
          .hasMessageEndingWith(message);
    }
  }

  @Test
  void aFirstObjectWithoutTextDoesNotHideTheOthers() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "{\"text\": null}\n" + OBJECTS);
    assertThatThrownBy(() -> documents(file, null))
        .isInstanceOf(InputException.class)
        .hasMessage(file + ": the line at byte 0: field 'text': expected a string, found null");
  }

  @Test
  void aJsonArrayIsReportedWithItsConversion() throws IOException {
    assertBad("a.json", bytes("[{\"text\": \"one\"},\n {\"text\": \"two\"}]"), "is a JSON array");
    assertBad("a.json", bytes("[{\"text\": \"one\"}]"), "jq -c '.[]' FILE > FILE.jsonl");
    assertBad("b.json", bytes("[\"one\"]"), "jq -c '.[] | {text: .}' FILE > FILE.jsonl");
    assertBad("c", gzip("\n[ {\"text\": \"one\"}]"), "is a JSON array");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id": "x", "n": [[1], "a"], "conversations": [{"from": "human", "value": "Hi"}]} | .conversations | .from + ": " + .value
          {"messages": [{"role": "user", "name": "n", "content": "Hi"}], "id": "x"} | .messages | .role + ": " + .content
          [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}] | . | .role + ": " + .content
          """)
  void conversationsAreReportedWithTheirConversion(String json, String field, String turn)
      throws IOException {
    String join = "{text: (" + field + " | map(" + turn + ") | join(\"\\n\"))}' FILE > FILE.jsonl";
    String lines = "join the turns: jq -c '" + join;
    Path file = Files.writeString(folder.resolve("a.jsonl"), json + "\n" + json);
    for (String name : List.of("text", "messages", "conversations")) {
      ReadingOptions options = new ReadingOptions(name, StandardCharsets.UTF_8, false);
      TextPlan plan = TextPlan.of(find(List.of(file.toString()), null), 1 << 20);
      assertThatThrownBy(() -> CorpusOnDisk.documents(plan, options))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(file + ": the line at byte 0: ")
          .hasMessageEndingWith("; " + lines)
          .hasMessageNotContainingAny("--json-field", "\n");
    }
    if (json.startsWith("{")) {
      assertBad(
          "a",
          bytes(json + "\n" + json),
          ": the first line: field 'text': expected a string,"
              + " found a conversation in the field '"
              + field.substring(1)
              + "'; "
              + lines);
      for (String name : List.of("a.json", "a.txt", "a")) {
        for (String one : List.of(json, json.replace(", ", ",\n"))) {
          assertBad(
              name,
              bytes(one),
              ": is one JSON object with a"
                  + " conversation, expected text or JSON Lines; "
                  + lines
                  + " (or read it as it is");
        }
      }
    }
    String elements = "join the turns: jq -c '.[] | " + join;
    String longer = (json + ",\n").repeat(5_000) + json; // Longer than what is inspected.
    assertBad(
        "a.json",
        bytes("[\n" + longer + "]"),
        "is a JSON array, expected text or JSON Lines; " + elements + " (or");
    assertBad("a.txt", bytes("[" + longer + "]"), elements);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"text": 5, "authors": [{"role": "editor", "text": "x"}]} | field 'text': expected a string, found an integer
          {"messages": [{"role": "user", "content": "Hi"}], "x": } | expected a JSON object, found invalid JSON at character 57
          {"text": "a", "messages": [{"role": "user", "content": "Hi"}]} {} | expected the line's end after the JSON object
          """)
  void aConversationIsNoCauseOfOtherErrors(String line, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), line + "\n");
    assertThatThrownBy(() -> documents(file, null))
        .isInstanceOf(InputException.class)
        .hasMessage(file + ": the line at byte 0: " + message);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40_000})
  void damageInOtherEncodingsIsReplacedAndCounted(int times) throws IOException {
    String text = "caf\u00e9 ".repeat(times); // The longer text than what is inspected.
    Path latin = folder.resolve("latin.txt");
    Files.write(latin, joined(text.getBytes("windows-1252"), new byte[] {(byte) 0x81, 'a', 0}));
    Path wide = folder.resolve("wide.txt");
    byte[] marked = ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE);
    byte[] half = {0x3D, (byte) 0xD8, 'a', 0, 'b'}; // A high surrogate, "a", half a character.
    Files.write(wide, joined(marked, half));
    requireReplaced(latin, text + "\ufffda\ufffd", 2);
    requireReplaced(wide, text + "\ufffda\ufffd", 2);
    assertThatThrownBy(() -> documents(latin, null, Charset.forName("windows-1252")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            latin
                + ": byte "
                + text.length()
                + ": expected windows-1252 text as --encoding says, found byte 0x81; --replace-bad"
                + " replaces it");
    assertThatThrownBy(() -> documents(wide, null))
        .hasMessageStartingWith(wide + ": byte " + marked.length + ": expected UTF-16LE text")
        .hasMessageEndingWith("; --replace-bad replaces it");
  }

  private void requireReplaced(Path file, String expected, int count) throws IOException {
    ReadingOptions options = new ReadingOptions("text", Charset.forName("windows-1252"), true);
    List<TextFile> found =
        TextInputs.find(CorpusOnDisk.FILES, List.of(file.toString()), null, options, notes::add);
    TextPlan plan = TextPlan.of(found, 1 << 10);
    assertThat(String.join("", CorpusOnDisk.documents(plan, options))).isEqualTo(expected);
    Corpus corpus =
        CorpusOnDisk.write(
            folder.resolve("out-" + file.getFileName()),
            plan,
            CorpusOnDisk.NONE,
            new WordTokenizer(true),
            options,
            0);
    assertThat(corpus.manifest().counts().replaced()).isEqualTo(count);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void fieldsWithNamesThatAShellInterpretsAreNotInTheCommand() throws IOException {
    String json = "{\"x'; touch pwned; '\": [{\"from\": \"a\", \"value\": \"b\"}]}\n";
    assertBad(
        "a",
        bytes(json + json),
        "no string field at all; make one: jq -c '{text: .PATH}' FILE > FILE.jsonl");
  }

  @ParameterizedTest
  @CsvSource({
    "50415231150015, a Parquet file",
    "504b0304140000, a zip archive",
    "28b52ffd240000, compressed with zstd",
    "425a6839314159265359, compressed with bzip2",
    "fd377a585a0000, compressed with xz",
    "255044462d312e37, a PDF file",
    "4f5243000a, an ORC file",
    "4f626a0104, an Avro file",
  })
  void filesThatAreNoTextAreNamed(String content, String found) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(content);
    for (String name : new String[] {"a.jsonl", "a", "a.txt"}) {
      assertBad(name, bytes, "is " + found + ", expected text in UTF-8; ");
      assertBad(
          name,
          gzip(new String(bytes, StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1),
          "is " + found);
    }
  }

  @Test
  void utf16WithAMarkIsRead() throws IOException {
    String text = "\uFEFFünd\nzwei";
    for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      Path file = Files.write(folder.resolve(charset.name()), text.getBytes(charset));
      assertThat(documents(file, null)).containsExactly("ünd\nzwei");
      assertThat(documents(file, DocumentKind.LINE)).containsExactly("ünd", "zwei");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "windows-1252, “naïve” café – 5 €",
    "ISO-8859-1, Ärger über Maß",
    "GBK, 春眠不觉晓，处处闻啼鸟。",
    "Shift_JIS, 吾輩は猫である。",
    "UTF-16BE, ünd 😀",
    "GB18030, 😀 春",
    "ISO-2022-JP, 猫である a"
  })
  void aNamedEncodingIsRead(Charset charset, String text) throws IOException {
    String content = (text + "\r\n").repeat(7_000); // Longer than what is inspected.
    String object = "{\"text\": \"" + text + "\"}\n";
    for (boolean zipped : new boolean[] {false, true}) {
      Path file = Files.write(folder.resolve("a"), stored(content, charset, zipped));
      assertThat(documents(file, null, charset)).containsExactly(content);
      assertThat(documents(file, DocumentKind.LINE, charset)).hasSize(7_000).containsOnly(text);
      Path objects = Files.write(folder.resolve("b"), stored(object + object, charset, zipped));
      assertThat(documents(objects, null, charset)).containsExactly(text, text);
    }
  }

  private static byte[] stored(String text, Charset charset, boolean zipped) throws IOException {
    return zipped ? gzip(text, charset) : text.getBytes(charset);
  }

  @Test
  void aByteOrderMarkPrecedesTheNamedEncoding() throws IOException {
    for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE)) {
      Path file = Files.write(folder.resolve("a.txt"), "\uFEFFünd".getBytes(charset));
      assertThat(documents(file, null, StandardCharsets.ISO_8859_1)).containsExactly("ünd");
    }
  }

  @Test
  void bytesThatTheNamedEncodingDoesNotHaveAreRejected() throws IOException {
    byte[] content = "é €".repeat(20_000).getBytes(Charset.forName("windows-1252"));
    content[50_001] = (byte) 0x81;
    for (byte[] stored :
        List.of(
            content,
            gzip(new String(content, StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1))) {
      Path file = Files.write(folder.resolve("a.txt"), stored);
      assertThatThrownBy(() -> documents(file, null, Charset.forName("windows-1252")))
          .isInstanceOf(InputException.class)
          .hasMessage(
              file
                  + ": byte 50001: expected windows-1252 text as --encoding says, found byte 0x81;"
                  + " --replace-bad replaces it");
    }
  }

  @Test
  void halvesOfCharactersAtTheEndAreRejected() throws IOException {
    byte[] chinese = "春眠".getBytes(Charset.forName("GBK"));
    Path cut = Files.write(folder.resolve("a.txt"), Arrays.copyOf(chinese, 3));
    assertThatThrownBy(() -> documents(cut, null, Charset.forName("GBK")))
        .hasMessage(
            cut
                + ": byte 2: expected GBK text as --encoding says, found byte 0xC3; --replace-bad"
                + " replaces it");
    byte[] marked = "\uFEFFab\uD83D".getBytes(StandardCharsets.UTF_16LE);
    marked[marked.length - 2] = 0x3D;
    marked[marked.length - 1] = (byte) 0xD8;
    Path half = Files.write(folder.resolve("b.txt"), marked);
    assertThatThrownBy(() -> documents(half, null))
        .hasMessage(
            half
                + ": byte 6: expected UTF-16LE text as the byte-order mark says, found byte 0x3D;"
                + " --replace-bad replaces it");
  }

  @Test
  void utf16WithoutAMarkIsNamed() throws IOException {
    assertBad("a.txt", "some text, ünd\n".getBytes(StandardCharsets.UTF_16LE), "text in UTF-16LE");
    assertBad("a.txt", "some text, ünd\n".getBytes(StandardCharsets.UTF_16BE), "iconv -f UTF-16BE");
  }

  @Test
  void aTarArchiveIsNamed() throws IOException {
    byte[] tar = new byte[1024];
    System.arraycopy(bytes("ustar"), 0, tar, 257, 5);
    assertBad(
        "a.tgz",
        gzip(new String(tar, StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1),
        "is a tar archive");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.csv", "a.TSV", "a.csv.gz"})
  void tablesAreNoText(String name) throws IOException {
    assertBad(name, bytes("a,b\n1,2\n"), ": is a table by its name, expected text");
  }

  @Test
  void globsMatchInFoldersWithAnyNames() throws IOException {
    for (String name : List.of("a:1.txt", "b.txt", "c[1].txt", ".hidden.txt", "_SUCCESS")) {
      Files.writeString(folder.resolve(name), "text");
    }
    Files.createDirectories(folder.resolve("x:y"));
    Files.writeString(folder.resolve("x:y/d.txt"), "text");
    assertThat(names("*.txt")).containsExactly("a:1.txt", "b.txt", "c[1].txt");
    assertThat(names("{a,b}*")).containsExactly("a:1.txt", "b.txt");
    assertThat(names("c[1].txt")).containsExactly("c[1].txt");
    assertThat(names("c\\[1\\].txt")).containsExactly("c[1].txt");
    assertThat(names("*/*.txt")).containsExactly("d.txt");
    assertThat(names("{x:y/d,b}.txt")).containsExactly("b.txt", "d.txt");
    assertThat(names("*")).containsExactly("a:1.txt", "b.txt", "c[1].txt", "d.txt");
    assertThatThrownBy(() -> names("c[1"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(folder + "/c[1: no such file or directory, and not a glob pattern");
  }

  private List<String> names(String pattern) {
    return find(List.of(folder + "/" + pattern), null).stream()
        .map(file -> file.path().substring(file.path().lastIndexOf('/') + 1))
        .toList();
  }

  private void assertBad(String name, byte[] content, String message) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    assertThatThrownBy(() -> find(List.of(file.toString()), null))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
    Files.delete(file);
  }

  private List<String> documents(Path file, @Nullable DocumentKind kind) {
    return documents(file, kind, StandardCharsets.UTF_8);
  }

  /** The documents, read by tasks of a kibibyte. */
  private List<String> documents(Path file, @Nullable DocumentKind kind, Charset charset) {
    ReadingOptions options = new ReadingOptions("text", charset, false);
    List<TextFile> found =
        TextInputs.find(CorpusOnDisk.FILES, List.of(file.toString()), kind, options, notes::add);
    return CorpusOnDisk.documents(TextPlan.of(found, 1 << 10), options);
  }

  private List<TextFile> find(List<String> inputs, @Nullable DocumentKind kind) {
    return TextInputs.find(
        CorpusOnDisk.FILES, inputs, kind, CorpusOnDisk.options(false), notes::add);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(String text) throws IOException {
    return gzip(text, StandardCharsets.UTF_8);
  }

  private static byte[] gzip(String text, Charset charset) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zipped = new GZIPOutputStream(out)) {
      zipped.write(text.getBytes(charset));
    }
    return out.toByteArray();
  }
}
