package io.centroid.data.texts;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.Bytes;
import io.centroid.error.InputException;
import io.centroid.text.CharacterTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Invalid files of labeled texts, which are rejected with the line number. */
class DamagedTextsTest extends TextsFolder {
  private static final String OTHER_ENCODINGS =
      " (data.encoding names another encoding, such as windows-1252 or latin-1)";

  @Test
  void reportsTheLineOfAnUnknownCharacter() throws IOException {
    Path file = write("t.csv", "text,label\nabc,pos\nabz,neg\n");
    LabeledTexts source =
        source(file, COLUMNS, FEELINGS, CharacterTokenizer.of("abc"), Long.MAX_VALUE);
    assertThatThrownBy(() -> ReadTexts.of(source))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file + ": line 3: character U+007A");
  }

  @Test
  void rejectsInvalidCsvWithTheLine() throws IOException {
    rejected("t.csv", "", "line 1: the file is empty, expected a header line");
    rejected(
        "t.csv",
        "text,label\n",
        "line 2: the file ends after its header, expected at least one row");
    rejected(
        "t.csv",
        "text,label\n\n\n",
        "line 2: the file ends after its header, expected at least one row");
    for (String name : new String[] {"t.csv", "t.jsonl"}) {
      rejected(name, "<!doctype html>\n", "is an HTML page, expected CSV, TSV or JSON Lines");
    }
    rejected(
        "t.csv",
        "body,label\nsecret,pos\n",
        "line 1: no column 'text', which data.texts.text names; the columns"
            + " are 'body', 'label'");
    rejected(
        "t.csv", "text,text,label\na,b,pos\n", "line 1: duplicate column 'text', expected one");
    rejected("t.csv", "text,label\na,pos\nsecret\n", "line 3: 1 fields, expected 2 as in line 1");
    rejected(
        "t.csv", "\n\ntext,label\na,pos\nsecret\n", "line 5: 1 fields, expected 2 as in line 3");
    rejected(
        "t.csv",
        "\ntext,label\nsecret,secret,neg\n",
        "line 3: more than 2 fields, expected as many as in line 2");
    rejected(
        "t.csv",
        "text,label\n\"a\nb\",pos\nsecret,secret,neg\n",
        "line 4: more than 2 fields, expected as many as in line 1");
    rejected(
        "t.csv",
        "text,label\na,pos\nsecret,\n",
        "line 3: label: expected 1 to 200 characters, found 0");
    rejected(
        "t.csv",
        "text,label\na,pos\nb," + "secret".repeat(40) + "\n",
        "line 3: label: expected 1 to 200 characters, found 240");
    rejected(
        "t.csv",
        "text,label\na,secret\n",
        "line 2: unknown label, expected one of the classes neg, pos");
    rejected(
        "t.csv",
        "text,label\na,pos\n\"secret\n,neg\n",
        "line 3: a quoted field must end with a quote before the next delimiter or line end (it"
            + " continues to line 5)");
    rejected(
        "t.csv",
        "text,label\n\"secret\"x,neg\n",
        "line 2: a quoted field must end with a quote before the next delimiter or line end");
    rejected(
        "t.csv",
        "text,label\n" + "s".repeat((1 << 20) + 1) + ",neg\n",
        "line 2: a field longer than 1048576 characters");
    rejected(
        "t.csv",
        "text,label\na,pos\n\"" + "s".repeat(3 << 20),
        "line 3: a field longer than 1048576 characters");
    rejected(
        "t.csv", "text,label\na,pos\nsecret\0,neg\n", "line 3: a NUL character, expected text");
    rejected(
        "t.txt",
        "text,label\na,pos\n",
        "expected a .csv, .tsv or .jsonl file, optionally with .gz");
  }

  @Test
  void rejectsInvalidJsonWithTheLine() throws IOException {
    String good = "{\"text\":\"a\",\"label\":\"pos\"}\n";
    rejected("t.jsonl", "", "line 1: the file is empty, expected one JSON object per line");
    rejected(
        "t.jsonl",
        good + "secret\n",
        "line 2: expected a JSON object, found invalid JSON at character 7");
    rejected(
        "t.jsonl",
        good + "{\"text\":\"secret\n",
        "line 2: expected a JSON object, found invalid JSON at character 16");
    rejected("t.jsonl", good + "[\"secret\"]\n", "line 2: expected a JSON object, found none");
    rejected(
        "t.jsonl",
        good + "{\"label\":\"pos\"}\n",
        "line 2: no field 'text', which data.texts.text names; the fields" + " are 'label'");
    rejected(
        "t.jsonl",
        good + "{\"text\":5,\"label\":\"pos\"}\n",
        "line 2: field 'text': expected a string, found an integer");
    rejected(
        "t.jsonl",
        good + "{\"text\":\"secret\",\"label\":1.5}\n",
        "line 2: field 'label': expected a string, a whole number or a boolean, found a real"
            + " number");
    rejected(
        "t.jsonl",
        good + "{\"text\":\"secret\",\"label\":null}\n",
        "line 2: field 'label': expected a string, a whole number or a boolean, found null");
    rejected(
        "t.jsonl",
        good + "{\"text\":\"secret\"}\n",
        "line 2: no field 'label', expected one as in the first object");
    rejected(
        "t.jsonl",
        good + "{\"text\":\"secret\",\"label\":\"secret\"}\n",
        "line 2: unknown label, expected one of the classes neg, pos");
    rejected(
        "t.jsonl",
        good + good.strip() + good,
        "line 2: expected the line's end after the JSON object");
    rejected(
        "t.jsonl",
        good + "{\"text\":\"a\",\"text\":\"b\",\"label\":\"pos\"}\n",
        "line 2: expected a JSON object, found a field twice, the second at character 19");
    rejected(
        "t.jsonl", good + "[".repeat(200) + "\n", "line 2: expected a JSON object, found none");
    rejected(
        "t.jsonl",
        good + "{\"x\":" + "[".repeat(2000),
        "line 2: expected a JSON object, found one that is nested too deeply or has too long a"
            + " number");
    rejected("t.jsonl", good + "s".repeat((1 << 20) + 2), "line 2: longer than 1048576 characters");
  }

  @Test
  void reportsTheLineOfInvalidUtf8() throws IOException {
    byte[] start = "text,label\na,pos\nb".getBytes(StandardCharsets.UTF_8);
    Path file =
        write(
            "t.csv",
            Bytes.join(start, new byte[] {(byte) 0xE9}, ",pos\n".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> ReadTexts.of(source(file)))
        .isInstanceOf(InputException.class)
        .hasMessage(file + ": line 3: byte 0xE9, expected UTF-8 text" + OTHER_ENCODINGS);
    Path cut = write("u.csv", Bytes.join(start, new byte[] {(byte) 0xF0, (byte) 0x9F}));
    assertThatThrownBy(() -> ReadTexts.of(source(cut)))
        .hasMessage(cut + ": line 3: byte 0xF0, expected UTF-8 text" + OTHER_ENCODINGS);
  }

  private void rejected(String name, String content, String reason) throws IOException {
    Path file = write(name, content);
    assertThatThrownBy(() -> ReadTexts.of(source(file)))
        .isInstanceOf(InputException.class)
        .hasMessage(file + ": " + reason)
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }
}
