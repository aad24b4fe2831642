package io.centroid.labelled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.InputException;
import io.centroid.data.Bytes;
import io.centroid.data.DecodingLimit;
import io.centroid.data.HadoopFiles;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.text.CharacterTokenizer;
import io.centroid.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelledTextsTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final TextColumns COLUMNS = new TextColumns("text", "label");
  private static final ClassNames FEELINGS = new ClassNames(List.of("neg", "pos"));
  private static final Tokenizer TOKENIZER = new ByteTokenizer(true);

  @TempDir private Path folder;

  @Test
  void csvHasQuotedCommasLineEndsAndQuotes() throws IOException {
    String table =
        "id,text,label\n1,plain,pos\n2,\"a, \"\"b\"\"\nand c\",neg\n3, kept  blanks ,pos\n4,é 😀,neg\n";
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
  void jsonLinesHaveStringsAndWholeNumbersForLabels() throws IOException {
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
    LabelledTexts source = source(write("many.csv", table.toString()));
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
    LabelledTexts source = source(write("many.csv", table.toString()));
    int alone = Shard.read(source, Split.TRAIN, 5, 0.1, 0, 1).summary().validation();
    int shared =
        Shard.read(source, Split.TRAIN, 5, 0.1, 0, 2).summary().validation()
            + Shard.read(source, Split.TRAIN, 5, 0.1, 1, 2).summary().validation();
    assertThat(alone).isEqualTo(shared).isBetween(20, 60);
  }

  @Test
  void longTextsAreCutAndEmptyOnesEndAtOnce() throws IOException {
    Path file = write("t.csv", "text,label\n0123456789abcdefghij,pos\n\"\",neg\n");
    assertThat(ReadTexts.of(source(file)))
        .extracting(ReadTexts.Example::text)
        .containsExactly("0123456789abcdef", "<end>");
    assertThat(Shard.read(source(file), Split.TRAIN, 5, 0.5, 0, 1).summary().cut()).isOne();
    LabelledTexts without =
        source(file, COLUMNS, FEELINGS, new ByteTokenizer(false), Long.MAX_VALUE);
    assertThatThrownBy(() -> ReadTexts.of(without))
        .isInstanceOf(InputException.class)
        .hasMessage(
            file
                + ": line 3: an empty text, expected some (the tokenizer has no end-of-text token)");
  }

  @Test
  void whatTheVocabularyLacksIsNamedWithItsLine() throws IOException {
    Path file = write("t.csv", "text,label\nabc,pos\nabz,neg\n");
    LabelledTexts source =
        source(file, COLUMNS, FEELINGS, CharacterTokenizer.of("abc"), Long.MAX_VALUE);
    assertThatThrownBy(() -> ReadTexts.of(source))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file + ": line 3: character U+007A");
  }

  @Test
  void withoutLabelsThereAreNoTargets() throws IOException {
    Path file = write("t.csv", "text\nabc\ndef\n");
    assertThat(source(file).schema(Split.TRAIN).labelled()).isFalse();
    assertThat(ReadTexts.of(source(file)))
        .extracting(ReadTexts.Example::target)
        .containsExactly(Float.NaN, Float.NaN);
    Path json = write("t.jsonl", "{\"text\":\"abc\"}\n");
    assertThat(source(json).schema(Split.TRAIN).labelled()).isFalse();
    Path labelled = write("u.csv", "text,label\nabc,unheard of\n");
    assertThat(source(labelled).schema(Split.TRAIN).labelled()).isTrue();
    LabelledTexts unseen =
        source(labelled, COLUMNS.withoutLabels(), FEELINGS, TOKENIZER, Long.MAX_VALUE);
    assertThat(ReadTexts.of(unseen).get(0).target()).isNaN();
  }

  @Test
  void arrivesOnExecutorsAsItLeft() throws IOException {
    Path file = write("t.csv", "text,label\nabc,pos\ncab,neg\n");
    LabelledTexts sent =
        source(file, COLUMNS, FEELINGS, CharacterTokenizer.of("abc"), Long.MAX_VALUE);
    LabelledTexts received = Bytes.copied(sent, LabelledTexts.class);
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
            folder.resolve("t.csv") + ": labels: expected at least two different ones, found one");
    assertThatThrownBy(() -> classes("text\na\n"))
        .hasMessage(
            folder.resolve("t.csv")
                + ": no labels in 'label' (data.texts.label names column or field)");
    StringBuilder many = new StringBuilder("text,label\n");
    for (int i = 0; i <= ClassNames.MOST; i++) {
      many.append("a,").append(i).append('\n');
    }
    assertThatThrownBy(() -> classes(many.toString()))
        .hasMessageContaining("line 1002: labels: expected at most 1000 different ones");
  }

  @Test
  void badCsvIsRefusedByLine() throws IOException {
    refused("t.csv", "", "line 1: the file is empty, expected a header line");
    refused(
        "t.csv",
        "text,label\n",
        "line 2: the file ends after its header, expected at least one row");
    refused(
        "t.csv",
        "text,label\n\n\n",
        "line 2: the file ends after its header, expected at least one row");
    refused(
        "t.csv",
        "body,label\nsecret,pos\n",
        "line 1: no column 'text', expected one (data.texts.text names it)");
    refused("t.csv", "text,text,label\na,b,pos\n", "line 1: a second column 'text', expected one");
    refused("t.csv", "text,label\na,pos\nsecret\n", "line 3: 1 fields, expected 2 as in line 1");
    refused(
        "t.csv",
        "text,label\n\"a\nb\",pos\nsecret,secret,neg\n",
        "line 4: more than 2 fields, expected as many as in line 1");
    refused(
        "t.csv",
        "text,label\na,pos\n\nsecret,neg\n",
        "line 3: an empty line, expected a row or the end of the file");
    refused(
        "t.csv",
        "text,label\na,pos\nsecret,\n",
        "line 3: label: expected 1 to 200 characters, found 0");
    refused(
        "t.csv",
        "text,label\na,pos\nb," + "secret".repeat(40) + "\n",
        "line 3: label: expected 1 to 200 characters, found 240");
    refused(
        "t.csv", "text,label\na,secret\n", "line 2: a label that is none of the classes neg, pos");
    refused(
        "t.csv",
        "text,label\na,pos\n\"secret\n,neg\n",
        "line 3: a quoted field must end with a quote before the next comma or line end (it goes on to line 5)");
    refused(
        "t.csv",
        "text,label\n\"secret\"x,neg\n",
        "line 2: a quoted field must end with a quote before the next comma or line end");
    refused(
        "t.csv",
        "text,label\n" + "s".repeat((1 << 20) + 1) + ",neg\n",
        "line 2: a field longer than 1048576 characters");
    refused("t.csv", "text,label\na,pos\nsecret\0,neg\n", "line 3: a NUL character, expected text");
    refused(
        "t.txt", "text,label\na,pos\n", "expected a .csv or .jsonl file, or one of these with .gz");
  }

  @Test
  void badJsonIsRefusedByLine() throws IOException {
    String good = "{\"text\":\"a\",\"label\":\"pos\"}\n";
    refused("t.jsonl", "", "line 1: the file is empty, expected a JSON object a line");
    refused("t.jsonl", good + "secret\n", "line 2: column 7: not JSON, expected one object a line");
    refused(
        "t.jsonl",
        good + "{\"text\":\"secret\n",
        "line 2: column 16: not JSON, expected one object a line");
    refused("t.jsonl", good + "[\"secret\"]\n", "line 2: expected a JSON object");
    refused(
        "t.jsonl",
        good + "{\"label\":\"pos\"}\n",
        "line 2: no field 'text', expected one (data.texts.text names it)");
    refused(
        "t.jsonl",
        good + "{\"text\":5,\"label\":\"pos\"}\n",
        "line 2: field 'text': expected a string");
    refused(
        "t.jsonl",
        good + "{\"text\":\"secret\",\"label\":1.5}\n",
        "line 2: field 'label': expected a string or a whole number");
    refused(
        "t.jsonl",
        good + "{\"text\":\"secret\",\"label\":null}\n",
        "line 2: field 'label': expected a string or a whole number");
    refused(
        "t.jsonl",
        good + "{\"text\":\"secret\"}\n",
        "line 2: no field 'label', expected one as in the first object");
    refused(
        "t.jsonl",
        good + "{\"text\":\"secret\",\"label\":\"secret\"}\n",
        "line 2: a label that is none of the classes neg, pos");
    refused(
        "t.jsonl",
        good + "\n" + good,
        "line 2: an empty line, expected an object or the end of the file");
    refused(
        "t.jsonl",
        good + good.strip() + good,
        "line 2: a second JSON value, expected one object a line");
    refused(
        "t.jsonl",
        good + "{\"text\":\"a\",\"text\":\"b\",\"label\":\"pos\"}\n",
        "line 2: column 19: not JSON, expected one object a line");
    refused("t.jsonl", good + "[".repeat(200) + "\n", "line 2: expected a JSON object");
    refused(
        "t.jsonl",
        good + "{\"x\":" + "[".repeat(200),
        "line 2: expected at most 100 levels, and numbers of at most 1000 digits");
    refused("t.jsonl", good + "s".repeat((1 << 20) + 2), "line 2: longer than 1048576 characters");
  }

  @Test
  void whatIsNotUtf8IsNamedWithItsLine() throws IOException {
    byte[] start = "text,label\na,pos\nb".getBytes(StandardCharsets.UTF_8);
    Path file =
        write(
            "t.csv",
            Bytes.join(start, new byte[] {(byte) 0xE9}, ",pos\n".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> ReadTexts.of(source(file)))
        .isInstanceOf(InputException.class)
        .hasMessage(file + ": line 3: byte 0xE9, expected UTF-8 text");
    Path cut = write("u.csv", Bytes.join(start, new byte[] {(byte) 0xF0, (byte) 0x9F}));
    assertThatThrownBy(() -> ReadTexts.of(source(cut)))
        .hasMessage(cut + ": line 3: byte 0xF0, expected UTF-8 text");
  }

  @Test
  void charactersThatCrossBuffersAreWhole() throws IOException {
    String text = "x" + "😀é".repeat(60_000);
    Path file = write("t.csv", "text,label\n" + text + ",pos\n");
    LabelledTexts source =
        new LabelledTexts(
            FILES, file.toString(), null, COLUMNS, FEELINGS, TOKENIZER, 1 << 20, 1 << 20);
    assertThat(ReadTexts.of(source).get(0).text()).isEqualTo(text);
  }

  @Test
  void aGzippedFileIsDecodedUpToItsLimit() throws IOException {
    byte[] table = ("text,label\n" + "a,pos\n".repeat(1000)).getBytes(StandardCharsets.UTF_8);
    Path file = write("t.csv.gz", Bytes.gzip(table));
    assertThat(ReadTexts.of(source(file, COLUMNS, FEELINGS, TOKENIZER, table.length)))
        .hasSize(1000);
    LabelledTexts limited = source(file, COLUMNS, FEELINGS, TOKENIZER, table.length - 1);
    assertThatThrownBy(() -> ReadTexts.of(limited))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the limit of decoded bytes");
  }

  private void refused(String name, String content, String reason) throws IOException {
    Path file = write(name, content);
    assertThatThrownBy(() -> ReadTexts.of(source(file)))
        .isInstanceOf(InputException.class)
        .hasMessage(file + ": " + reason)
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  private List<String> classes(String table) throws IOException {
    return ClassNames.in(
            FILES, write("t.csv", table).toString(), COLUMNS, DecodingLimit.setting(1 << 20))
        .names();
  }

  private List<ReadTexts.Example> csv(String table) throws IOException {
    return ReadTexts.of(source(write("t.csv", table)));
  }

  private List<ReadTexts.Example> jsonl(String lines) throws IOException {
    return ReadTexts.of(source(write("t.jsonl", lines)));
  }

  private static LabelledTexts source(Path file) {
    return source(file, FEELINGS);
  }

  private static LabelledTexts source(Path file, ClassNames classes) {
    return source(file, COLUMNS, classes, TOKENIZER, Long.MAX_VALUE - 1);
  }

  private static LabelledTexts source(
      Path file, TextColumns columns, ClassNames classes, Tokenizer tokenizer, long limit) {
    return new LabelledTexts(FILES, file.toString(), null, columns, classes, tokenizer, 16, limit);
  }

  private Path write(String name, String content) throws IOException {
    return write(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }
}
