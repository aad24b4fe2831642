package io.centroid.data.texts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.data.Bytes;
import io.centroid.data.ClassNames;
import io.centroid.data.ExampleSink;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.data.csv.CsvDialect;
import io.centroid.error.InputException;
import io.centroid.io.decoding.DecodingLimit;
import io.centroid.io.decoding.TextEncoding;
import io.centroid.text.CharacterTokenizer;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabeledTextsTest extends TextsFolder {

  @Test
  void readsQuotedCsv() throws IOException {
    String table =
        "id,text,label\n"
            + "1,plain,pos\n"
            + "2,\"a, \"\"b\"\"\n"
            + "and c\",neg\n"
            + "3, kept  blanks ,pos\n"
            + "4,é 😀,neg\n";
    List<ReadTexts.Example> expected =
        List.of(
            new ReadTexts.Example(0, "plain", 1),
            new ReadTexts.Example(1, "a, \"b\"\nand c", 0),
            new ReadTexts.Example(2, " kept  blanks ", 1),
            new ReadTexts.Example(3, "é 😀", 0));
    assertThat(csv(table)).isEqualTo(expected);
    assertThat(csv("\uFEFF" + table)).isEqualTo(expected);
    assertThat(csv(table + "\n\r\n")).isEqualTo(expected);
    assertThat(csv(table.stripTrailing())).isEqualTo(expected);
    assertThat(csv(table.replace("\n", "\r\n")))
        .extracting(ReadTexts.Example::text)
        .containsExactly("plain", "a, \"b\"\r\nand c", " kept  blanks ", "é 😀");
    Path gzipped = write("table.csv.gz", Bytes.gzip(table.getBytes(StandardCharsets.UTF_8)));
    assertThat(ReadTexts.of(source(gzipped))).isEqualTo(expected);
  }

  @Test
  void readsJsonLinesWithStringOrIntegerLabels() throws IOException {
    String lines =
        """
        {"text": "plain", "label": "pos", "other": {"text": [1, null]}}
        {"label": "neg", "text": "a\\n\\u00e9 \\ud83d\\ude00"}
        """;
    List<ReadTexts.Example> expected =
        List.of(new ReadTexts.Example(0, "plain", 1), new ReadTexts.Example(1, "a\né 😀", 0));
    assertThat(jsonl(lines)).isEqualTo(expected);
    assertThat(jsonl("\uFEFF" + lines.replace("\n", "\r\n") + "\r\n")).isEqualTo(expected);
    Path numbered =
        write("n.jsonl", "{\"text\":\"a\",\"label\":1}\n{\"text\":\"b\",\"label\":\"0\"}");
    assertThat(ReadTexts.of(source(numbered, new ClassNames(List.of("0", "1")))))
        .extracting(ReadTexts.Example::target)
        .containsExactly(1f, 0f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 200})
  void eachRecordIsInExactlyOneShard(int workers) throws IOException {
    StringBuilder table = new StringBuilder("text,label\n");
    for (int i = 0; i < 100; i++) {
      table.append("\"text\n").append(i).append("\",").append(i < 50 ? "neg" : "pos").append('\n');
    }
    LabeledTexts source = source(write("many.csv", table.toString()));
    List<ReadTexts.Example> together = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      for (ReadTexts.Example example : ReadTexts.of(source, Split.TRAIN, worker, workers)) {
        assertThat(example.key() % workers).isEqualTo(worker);
        together.add(example);
      }
    }
    together.sort(java.util.Comparator.comparingLong(ReadTexts.Example::key));
    assertThat(together).hasSize(100).isEqualTo(ReadTexts.of(source));
    assertThat(together.get(73)).isEqualTo(new ReadTexts.Example(73, "text\n73", 1));
  }

  @Test
  void theValidationSetIsTheSameForAnyNumberOfWorkers() throws IOException {
    StringBuilder table = new StringBuilder("text,label\n");
    for (int i = 0; i < 400; i++) {
      table.append(i).append(i % 2 == 0 ? ",neg\n" : ",pos\n");
    }
    LabeledTexts source = source(write("many.csv", table.toString()));
    int alone = Shard.read(source, Split.TRAIN, 5, 0.1, 0, 1).summary().validation();
    int shared =
        Shard.read(source, Split.TRAIN, 5, 0.1, 0, 2).summary().validation()
            + Shard.read(source, Split.TRAIN, 5, 0.1, 1, 2).summary().validation();
    assertThat(alone).isEqualTo(shared).isBetween(20, 60);
  }

  @Test
  void truncatesLongTextsAndPadsEmptyOnes() throws IOException {
    Path file = write("t.csv", "text,label\n0123456789abcdefghij,pos\n\"\",neg\n");
    assertThat(ReadTexts.of(source(file)))
        .extracting(ReadTexts.Example::text)
        .containsExactly("0123456789abcdef", "<end>");
    assertThat(Shard.read(source(file), Split.TRAIN, 5, 0.5, 0, 1).summary().texts())
        .isEqualTo(new ExampleSink.TextCounts(1, 1));
    LabeledTexts without =
        source(file, COLUMNS, FEELINGS, new ByteTokenizer(false), Long.MAX_VALUE);
    assertThatThrownBy(() -> ReadTexts.of(without))
        .isInstanceOf(InputException.class)
        .hasMessage(
            file
                + ": line 3: empty text, expected at least one token (the tokenizer has no"
                + " end-of-text token)");
  }

  @Test
  void withoutLabelsThereAreNoTargets() throws IOException {
    Path file = write("t.csv", "text\nabc\ndef\n");
    assertThat(source(file).schema(Split.TRAIN).labeled()).isFalse();
    assertThat(ReadTexts.of(source(file)))
        .extracting(ReadTexts.Example::target)
        .containsExactly(Float.NaN, Float.NaN);
    Path json = write("t.jsonl", "{\"text\":\"abc\"}\n");
    assertThat(source(json).schema(Split.TRAIN).labeled()).isFalse();
    Path labeled = write("u.csv", "text,label\nabc,unknown\n");
    assertThat(source(labeled).schema(Split.TRAIN).labeled()).isTrue();
    LabeledTexts unseen =
        source(labeled, COLUMNS.withoutLabels(), FEELINGS, TOKENIZER, Long.MAX_VALUE);
    assertThat(ReadTexts.of(unseen).get(0).target()).isNaN();
  }

  @Test
  void survivesSerialization() throws IOException {
    Path file = write("t.csv", "text,label\nabc,pos\ncab,neg\n");
    LabeledTexts sent =
        source(file, COLUMNS, FEELINGS, CharacterTokenizer.of("abc"), Long.MAX_VALUE);
    LabeledTexts received = Bytes.copied(sent, LabeledTexts.class);
    assertThat(ReadTexts.of(received)).isEqualTo(ReadTexts.of(sent)).hasSize(2);
    assertThat(received.schema(Split.TRAIN)).isEqualTo(sent.schema(Split.TRAIN));
  }

  @Test
  void classesAreTheLabelsOfTheFileInOrder() throws IOException {
    assertThat(classes("text,label\na,pos\nb,neg\nc,pos\n")).containsExactly("neg", "pos");
    assertThat(classes("text,label\na,10\nb,9\nc,2\n")).containsExactly("2", "9", "10");
    assertThat(classes("text,label\na,10\nb,9\nc,02\n")).containsExactly("02", "10", "9");
    assertThatThrownBy(() -> classes("text,label\na,pos\nb,pos\n"))
        .hasMessage(
            folder.resolve("t.csv") + ": labels: expected at least two distinct ones, found one");
    assertThatThrownBy(() -> classes("text\na\n"))
        .hasMessage(
            folder.resolve("t.csv")
                + ": line 1: no column 'label', which data.texts.label names; the columns"
                + " are 'text'");
    StringBuilder many = new StringBuilder("text,label\n");
    for (int i = 0; i <= ClassNames.MOST; i++) {
      many.append("a,").append(i).append('\n');
    }
    assertThatThrownBy(() -> classes(many.toString()))
        .hasMessageContaining("line 1002: labels: expected at most 1000 distinct ones");
  }

  @Test
  void blankLinesAreSkipped() throws IOException {
    List<ReadTexts.Example> expected =
        List.of(new ReadTexts.Example(0, "a", 1), new ReadTexts.Example(1, "b", 0));
    assertThat(csv("\n \ntext,label\n\r\na,pos\n\n  \nb,neg\n\n")).isEqualTo(expected);
    String first = "{\"text\":\"a\",\"label\":\"pos\"}\n";
    String second = "{\"text\":\"b\",\"label\":\"neg\"}\n";
    assertThat(jsonl("\n" + first + " \n\r\n" + second + "\n")).isEqualTo(expected);
  }

  @Test
  void booleansAndIntegralFloatsAreClasses() throws IOException {
    ClassNames booleans = new ClassNames(List.of("false", "true"));
    Path lines =
        write("t.jsonl", "{\"text\":\"a\",\"label\":true}\n{\"text\":\"b\",\"label\":false}\n");
    assertThat(labels(lines)).containsExactly("false", "true");
    assertThat(ReadTexts.of(source(lines, booleans)))
        .extracting(ReadTexts.Example::target)
        .containsExactly(1f, 0f);
    Path floats =
        write("f.jsonl", "{\"text\":\"a\",\"label\":1.0}\n{\"text\":\"b\",\"label\":-1.00}\n");
    assertThat(labels(floats)).containsExactly("-1", "1");
    assertThat(classes("text,label\na,1.0\nb,0.0\nc,1\n")).containsExactly("0", "1");
  }

  @Test
  void tabsAndOtherDelimitersAreRead() throws IOException {
    List<ReadTexts.Example> expected = List.of(new ReadTexts.Example(0, "a, \"b\"; c", 1));
    Path tabs = write("t.tsv", "id\ttext\tlabel\n1\ta, \"b\"; c\tpos\n");
    assertThat(ReadTexts.of(source(tabs))).isEqualTo(expected);
    assertThat(csv("id\ttext\tlabel\n1\ta, \"b\"; c\tpos\n")).isEqualTo(expected);
    assertThat(csv("id;text;label\n1;\"a, \"\"b\"\"; c\";pos\n")).isEqualTo(expected);
  }

  @Test
  void encodingsAreReadByTheirNameOrMark() throws IOException {
    List<ReadTexts.Example> expected = List.of(new ReadTexts.Example(0, "£ né ’", 1));
    String table = "text,label\n£ né ’,pos\n";
    TextColumns windows =
        new TextColumns(
            "text",
            "label",
            new CsvDialect(
                CsvDialect.AUTO, TextEncoding.named("windows-1252").orElseThrow(), false));
    Path file = write("t.csv", table.getBytes(Charset.forName("windows-1252")));
    assertThat(ReadTexts.of(source(file, windows, FEELINGS, TOKENIZER, 1 << 20)))
        .isEqualTo(expected);
    Path undefined =
        write("u.csv", "text,label\na\u0081,pos\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ReadTexts.of(source(undefined, windows, FEELINGS, TOKENIZER, 1 << 20)))
        .hasMessage(
            undefined + ": line 2: byte 0x81, expected windows-1252 text as data.encoding says");
    Path utf16 = write("v.csv", ("\uFEFF" + table).getBytes(StandardCharsets.UTF_16LE));
    assertThat(ReadTexts.of(source(utf16))).isEqualTo(expected);
  }

  @Test
  void theCasesOfLabeledTextsAreRead() {
    Path cases = Path.of(System.getProperty("centroid.shared", "../shared"), "cases/text_labels");
    assumeTrue(Files.exists(cases), cases + " is not there");
    assertThat(labels(cases.resolve("bool.jsonl"))).containsExactly("false", "true");
    TextColumns sentences = new TextColumns("sentence", "label");
    assertThat(labels(cases.resolve("sst2.tsv"), sentences)).containsExactly("0", "1");
    CsvDialect latin =
        new CsvDialect(CsvDialect.AUTO, TextEncoding.named("latin-1").orElseThrow(), false);
    TextColumns messages = new TextColumns("v2", "v1", latin);
    Path spam = cases.resolve("spam_latin1.csv");
    assertThat(labels(spam, messages)).containsExactly("ham", "spam");
    assertThat(
            ReadTexts.of(
                    source(
                        spam, messages, new ClassNames(List.of("ham", "spam")), TOKENIZER, 1 << 20))
                .get(0)
                .text())
        .isEqualTo("See you at eight");
    assertThatThrownBy(() -> labels(spam, new TextColumns("v2", "v1")))
        .hasMessageContainingAll("line 3: byte 0x", "data.encoding", "latin-1");
  }

  private static List<String> labels(Path file) {
    return labels(file, COLUMNS);
  }

  private static List<String> labels(Path file, TextColumns columns) {
    return LabeledTexts.classes(FILES, file.toString(), columns, DecodingLimit.setting(1 << 20))
        .names();
  }

  @Test
  void decodesCharactersAcrossBuffers() throws IOException {
    String text = "x" + "😀é".repeat(60_000);
    Path file = write("t.csv", "text,label\n" + text + ",pos\n");
    LabeledTexts source =
        new LabeledTexts(
            FILES, file.toString(), null, COLUMNS, FEELINGS, TOKENIZER, 1 << 20, 1 << 20);
    assertThat(ReadTexts.of(source).get(0).text()).isEqualTo(text);
  }

  @Test
  void aGzippedFileIsDecodedUpToItsLimit() throws IOException {
    byte[] table = ("text,label\n" + "a,pos\n".repeat(1000)).getBytes(StandardCharsets.UTF_8);
    Path file = write("t.csv.gz", Bytes.gzip(table));
    assertThat(ReadTexts.of(source(file, COLUMNS, FEELINGS, TOKENIZER, table.length)))
        .hasSize(1000);
    LabeledTexts limited = source(file, COLUMNS, FEELINGS, TOKENIZER, table.length - 1);
    assertThatThrownBy(() -> ReadTexts.of(limited))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the limit of decoded bytes");
  }

  private List<String> classes(String table) throws IOException {
    return LabeledTexts.classes(
            FILES, write("t.csv", table).toString(), COLUMNS, DecodingLimit.setting(1 << 20))
        .names();
  }

  private List<ReadTexts.Example> csv(String table) throws IOException {
    return ReadTexts.of(source(write("t.csv", table)));
  }

  private List<ReadTexts.Example> jsonl(String lines) throws IOException {
    return ReadTexts.of(source(write("t.jsonl", lines)));
  }

  @Test
  void aQuotedBlankIsARow() throws IOException {
    Path file = write("one.csv", "text\n\"\"\na\n\" \"\n\n  \nb\n");
    assertThat(ReadTexts.of(source(file)))
        .extracting(ReadTexts.Example::text)
        .containsExactly("<end>", "a", " ", "b");
  }

  @Test
  void aByteOrderMarkPrecedesTheEncoding() throws IOException {
    String table = "text,label\né 😀,pos\n\"x\",neg\n";
    TextColumns western =
        new TextColumns(
            "text",
            "label",
            new CsvDialect(
                CsvDialect.AUTO, TextEncoding.named("windows-1252").orElseThrow(), false));
    for (byte[] bytes :
        List.of(
            ("\uFEFF" + table).getBytes(StandardCharsets.UTF_8),
            Bytes.gzip(("\uFEFF" + table).getBytes(StandardCharsets.UTF_8)),
            ("\uFEFF" + table).getBytes(StandardCharsets.UTF_16LE),
            ("\uFEFF" + table).getBytes(StandardCharsets.UTF_16BE))) {
      Path file = write("m.csv", bytes);
      assertThat(ReadTexts.of(source(file, western, FEELINGS, TOKENIZER, Long.MAX_VALUE)))
          .extracting(ReadTexts.Example::text)
          .containsExactly("é 😀", "x");
    }
    Path damaged =
        write(
            "m.csv",
            Bytes.join(
                new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
                "text,label\n".getBytes(StandardCharsets.UTF_8),
                new byte[] {(byte) 0xE9, ',', 'b'}));
    assertThatThrownBy(
            () -> ReadTexts.of(source(damaged, western, FEELINGS, TOKENIZER, Long.MAX_VALUE)))
        .hasMessage(
            damaged + ": line 2: byte 0xE9, expected UTF-8 text as the byte-order mark says");
  }
}
