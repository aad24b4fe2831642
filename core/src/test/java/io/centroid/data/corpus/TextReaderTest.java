package io.centroid.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.ReadingOptions;
import io.centroid.data.documents.TextPlan;
import io.centroid.error.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextReaderTest {
  private static final int LONGEST_JSON_LINE = 1 << 26;
  private static final ReadingOptions STRICT = CorpusOnDisk.options(false);
  private static final ReadingOptions REPLACING = CorpusOnDisk.options(true);

  /** White space of all widths, contractions, numbers, characters of one to four bytes. */
  private static final String[] WORDS = {
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "\u00a0",
    "\u2003",
    "\u3000",
    "'ll",
    "'",
    "it's",
    "1984",
    "...",
    "word",
    "été",
    "“quoted”",
    "日本語。",
    "😀",
    "é",
    "a",
    "\u0085",
    "x\n\n y"
  };

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(longs = {64, 1_000, 4_321, 1 << 20})
  void splittingAFileDoesNotChangeItsTokens(long shard) throws IOException {
    for (int seed = 0; seed < 5; seed++) {
      String text = randomText(seed, 1_500);
      Path file = write("a" + seed, text.getBytes(StandardCharsets.UTF_8));
      TextPlan plan = CorpusOnDisk.plan(null, shard, file);
      assertThat(CorpusOnDisk.documents(plan, STRICT)).containsExactly(text);
      Corpus corpus =
          CorpusOnDisk.write(folder.resolve("out" + seed + "-" + shard), plan, CorpusOnDisk.NONE);
      assertThat(CorpusOnDisk.ids(corpus, corpus.manifest().training()))
          .isEqualTo(new WordTokenizer(true).encodeOrdinary(text));
      assertThat(corpus.manifest().counts().documents()).isEqualTo(1);
      assertThat(corpus.manifest().counts().bytes())
          .isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    }
  }

  @Test
  void readingInPiecesDoesNotChangeTheTokens() throws IOException {
    String text = randomText(5, 1_500_000);
    Path file = write("long", text.getBytes(StandardCharsets.UTF_8));
    assertThat(Files.size(file)).isGreaterThan(5 << 20);
    Corpus corpus =
        CorpusOnDisk.write(
            folder.resolve("out"), CorpusOnDisk.plan(null, 64 << 20, file), CorpusOnDisk.NONE);
    assertThat(CorpusOnDisk.ids(corpus, corpus.manifest().training()))
        .isEqualTo(new WordTokenizer(true).encodeOrdinary(text));
  }

  @Test
  void textWithoutSpacesIsSplitBetweenCharacters() throws IOException {
    String text = "日本".repeat(1_600_000);
    Path file = write("long", text.getBytes(StandardCharsets.UTF_8));
    for (long shard : new long[] {1_000_000, 3_000_000, 100_000_000}) {
      TextPlan plan = CorpusOnDisk.plan(null, shard, file);
      assertThat(String.join("", CorpusOnDisk.documents(plan, STRICT)).equals(text)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {64, 100, 999, 1 << 20})
  void aLineBelongsToTheTaskWhereItBegins(long shard) throws IOException {
    StringBuilder text = new StringBuilder("\ufefffirst\n");
    Random random = new Random(3);
    for (int line = 0; line < 500; line++) {
      text.append("x".repeat(random.nextInt(30))).append(line % 3 == 0 ? "\r\n" : "\n");
    }
    text.append("last");
    Path file = write("lines", text.toString().getBytes(StandardCharsets.UTF_8));
    List<String> expected = text.substring(1).lines().filter(line -> !line.isEmpty()).toList();
    TextPlan plan = CorpusOnDisk.plan(DocumentKind.LINE, shard, file);
    assertThat(CorpusOnDisk.documents(plan, STRICT)).isEqualTo(expected);
    assertThat(CorpusOnDisk.documents(plan.ofWholeDocuments(), STRICT)).isEqualTo(expected);
  }

  @Test
  void aLineOfManyMegabytesIsOneDocument() throws IOException {
    String line = "no end of it, ".repeat(800_000);
    Path file = write("lines", ("a\n" + line + "\r\nb\n").getBytes(StandardCharsets.UTF_8));
    TextPlan plan = CorpusOnDisk.plan(DocumentKind.LINE, 1 << 20, file);
    assertThat(CorpusOnDisk.documents(plan, STRICT).equals(List.of("a", line, "b"))).isTrue();
  }

  @Test
  void skipsAByteOrderMarkAndKeepsLineEnds() throws IOException {
    Path file = write("windows.txt", "\ufeffone\r\ntwo\r\n".getBytes(StandardCharsets.UTF_8));
    TextPlan plan = CorpusOnDisk.plan(null, 1000, file);
    assertThat(CorpusOnDisk.documents(plan, STRICT)).containsExactly("one\r\ntwo\r\n");
  }

  @Test
  void reportsTheOffsetOfInvalidUtf8() throws IOException {
    byte[] bytes = "the quick brown fox jumps ".repeat(50).getBytes(StandardCharsets.UTF_8);
    bytes[777] = (byte) 0xE9;
    Path file = write("latin1.txt", bytes);
    for (long shard : new long[] {64, 500, 100_000}) {
      for (DocumentKind kind : List.of(DocumentKind.FILE, DocumentKind.LINE)) {
        TextPlan plan = CorpusOnDisk.plan(kind, shard, file);
        assertThatThrownBy(() -> CorpusOnDisk.documents(plan, STRICT))
            .isInstanceOf(InputException.class)
            .hasMessage(
                file
                    + ": byte 777: expected text in UTF-8, found byte 0xE9; --encoding names"
                    + " another encoding, such as windows-1252 or gbk; --replace-bad replaces"
                    + " damaged bytes");
        assertThat(String.join("", CorpusOnDisk.documents(plan, REPLACING)))
            .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void rejectsANulByte() throws IOException {
    Path file = write("binary", "é a\0b".getBytes(StandardCharsets.UTF_8));
    TextPlan plan = CorpusOnDisk.plan(null, 1000, file);
    assertThatThrownBy(() -> CorpusOnDisk.documents(plan, STRICT))
        .hasMessage(
            file + ": byte 4: expected text in UTF-8, found a NUL byte; --replace-bad replaces it");
    assertThat(CorpusOnDisk.documents(plan, REPLACING)).containsExactly("é a\ufffdb");
  }

  /** Regression test: replacement used to be quadratic and took half an hour here. */
  @Test
  @Timeout(120)
  void manyNulBytesAreReplacedInOnePass() throws IOException {
    byte[] text = new byte[3 << 20];
    Arrays.fill(text, 0, 2 << 20, (byte) 'a');
    text[0] = (byte) 0xFF;
    Path file = write("nulls", text);
    TextPlan plan = CorpusOnDisk.plan(null, 4 << 20, file);
    String read = String.join("", CorpusOnDisk.documents(plan, REPLACING));
    assertThat(read.codePoints().filter(c -> c == 0xFFFD).count()).isEqualTo((1 << 20) + 1);
  }

  @Test
  void rejectsJsonBeyondTheParsersLimits() throws IOException {
    for (String value : List.of("[".repeat(2000), "1".repeat(2000))) {
      Path file = write("deep.jsonl", ("{\"x\": " + value).getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(
              () -> CorpusOnDisk.documents(CorpusOnDisk.plan(null, 1 << 20, file), STRICT))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(file + ": the line at byte 0: expected a JSON object, found ");
    }
  }

  @Test
  void readsConcatenatedGzipMembers() throws IOException {
    byte[] one = gzip("one\ntw");
    byte[] two = gzip("o\n");
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    Path file = write("lines.txt.gz", both);
    assertThat(CorpusOnDisk.documents(CorpusOnDisk.plan(DocumentKind.LINE, 64, file), STRICT))
        .containsExactly("one", "two");
    assertThat(CorpusOnDisk.documents(CorpusOnDisk.plan(null, 64, file), STRICT))
        .containsExactly("one\ntwo\n");
    Path cut = write("cut.txt.gz", Arrays.copyOf(both, both.length - 5));
    assertThatThrownBy(() -> CorpusOnDisk.documents(CorpusOnDisk.plan(null, 64, cut), STRICT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(cut + ": compressed byte ")
        .hasMessageContaining("the file ends inside a gzip member");
  }

  @Test
  void readsTheTextOfJsonObjects() throws IOException {
    String lines =
        """
        {"id": 1, "text": "one\\nline \\u00e9 \\ud83d\\ude00", "meta": {"text": [1, 2]}}

        {"text": ""}
        {"text":"two"}
        """;
    Path file = write("some.jsonl", lines.getBytes(StandardCharsets.UTF_8));
    for (long shard : new long[] {64, 1000}) {
      assertThat(CorpusOnDisk.documents(CorpusOnDisk.plan(null, shard, file), STRICT))
          .containsExactly("one\nline é 😀", "", "two");
    }
    Corpus corpus =
        CorpusOnDisk.write(
            folder.resolve("out"), CorpusOnDisk.plan(null, 64, file), CorpusOnDisk.NONE);
    assertThat(corpus.manifest().counts().documents()).isEqualTo(2);
    assertThat(CorpusOnDisk.ids(corpus, corpus.manifest().training()))
        .endsWith(Math.floorMod("two".hashCode(), WordTokenizer.WORDS), WordTokenizer.WORDS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {"body": "a"}             ~ field 'text': expected a string, found no such field; the string fields are body; the longest text is in 'body': --json-field body
          {"body": 1}               ~ field 'text': expected a string, found no such field, and no string field at all; make one: jq -c '{text: .PATH}' FILE > FILE.jsonl
          {"text": 7}               ~ field 'text': expected a string, found an integer
          {"text": null}            ~ field 'text': expected a string, found null
          {"text": {"a": "secret"}} ~ field 'text': expected a string, found an object
          ["text"]                  ~ expected a JSON object, found none
          {"text": "secret} ~ expected a JSON object, found invalid JSON at character 18
          {"text": "a"} {}          ~ expected the line's end after the JSON object
          {"text": "a", "text": ""} ~ expected a JSON object, found a field twice, the second at character 21
          """)
  void reportsTheOffsetOfAnInvalidJsonLineWithoutQuotingIt(String line, String message)
      throws IOException {
    Path file = write("bad.jsonl", ("{\"text\": \"é\"}\n" + line).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> CorpusOnDisk.documents(CorpusOnDisk.plan(null, 1000, file), STRICT))
        .isInstanceOf(InputException.class)
        .hasMessage(file + ": the line at byte 15: " + message);
  }

  @Test
  void rejectsAnUnpairedSurrogateInJson() throws IOException {
    Path file =
        write("half.jsonl", "{\"text\": \"a\\ud83d\\u0000\"}".getBytes(StandardCharsets.UTF_8));
    TextPlan plan = CorpusOnDisk.plan(null, 1000, file);
    assertThatThrownBy(() -> CorpusOnDisk.documents(plan, STRICT))
        .hasMessageContaining("an unpaired surrogate");
    assertThat(CorpusOnDisk.documents(plan, REPLACING)).containsExactly("a\ufffd\ufffd");
  }

  @Test
  void rejectsAJsonLineBeyondTheLimit() throws IOException {
    byte[] line = new byte[LONGEST_JSON_LINE + 10];
    Arrays.fill(line, (byte) 'x');
    Path file = write("long.jsonl", line);
    TextPlan plan = CorpusOnDisk.plan(null, 1 << 20, file);
    assertThatThrownBy(() -> CorpusOnDisk.documents(plan, STRICT))
        .hasMessage(file + ": the line at byte 0: expected at most 67108864 bytes, found more");
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static String randomText(int seed, int words) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("Begin");
    for (int i = 0; i < words; i++) {
      text.append(WORDS[random.nextInt(WORDS.length)]);
    }
    return text.toString();
  }
}
