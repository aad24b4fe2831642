package io.centroid.data.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import io.centroid.data.Bytes;
import io.centroid.data.ClassNames;
import io.centroid.data.CountedFileSystem;
import io.centroid.data.Recorded;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.csv.CsvFormat.TargetKind;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.DecodedFiles;
import io.centroid.io.decoding.DecodingLimit;
import io.centroid.io.decoding.FileContent;
import io.centroid.io.decoding.TextEncoding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables whose quoted fields have line breaks. */
class CsvLineBreaksTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  /** Texts that look like rows, or leave a reader that counts quotes alone inside or outside. */
  private static final List<String> TEXTS =
      List.of(
          "\"good\nbad\"",
          "\"7,8,9\n1,2,3\n\"",
          "\"she said \"\"1,2,3\n4,5,6\"\"\"",
          "6'2\" tall",
          " \"\r\n\r\n,\"\",\r\n\" ",
          "\"\"",
          "plain");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void eachRowIsInExactlyOneShardInFileOrder(int workers) throws IOException {
    for (int rows : new int[] {1, 7, 3000}) {
      StringBuilder text = new StringBuilder("n,text,y\n");
      List<Long> offsets = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        offsets.add((long) text.length());
        text.append(row).append(',').append(TEXTS.get(row % TEXTS.size())).append(',');
        text.append(row % 5).append(row % 3 == 0 ? "\r\n" : "\n");
      }
      for (byte[] bytes : List.of(bytes(text), Bytes.gzip(bytes(text)))) {
        CsvSource source = source(bytes);
        List<Recorded.Example> together = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
          List<Recorded.Example> shard = Recorded.shard(source, Split.TRAIN, worker, workers);
          assertThat(shard).isSortedAccordingTo(Comparator.comparing(Recorded.Example::key));
          together.addAll(shard);
        }
        together.sort(Comparator.comparing(Recorded.Example::key));
        assertThat(together).extracting(Recorded.Example::key).isEqualTo(offsets);
        for (int row = 0; row < rows; row++) {
          assertThat(together.get(row).values()).isEqualTo("[" + row + ".0]");
          assertThat(together.get(row).target()).isEqualTo(row % 5);
        }
      }
    }
  }

  @Test
  void classesAreFoundInTheColumnAfterTheText() throws IOException {
    String text = "n,text,y\n1,\"a\n2,b,wrong\n\",good\n2,\"\",\"bad\"\n";
    Path file = Files.write(directory.resolve("data.csv"), bytes(text));
    assertThat(
            CsvLabels.in(
                FILES, List.of(file.toString()), format(TargetKind.CLASS), new CsvLineBreaks()))
        .map(ClassNames::names)
        .contains(List.of("bad", "good"));
  }

  @Test
  void namesOfColumnsMayHaveLineBreaks() throws IOException {
    CsvSource source = source(bytes("\"n\r\n (USD)\",text,y\n1,a,2\n"));
    assertThat(source.features(Split.TRAIN)).containsExactly("n (USD)");
    assertThat(Recorded.all(source, Split.TRAIN))
        .extracting(Recorded.Example::values)
        .containsExactly("[1.0]");
  }

  @Test
  void anErrorNamesTheLineInWhichTheRowBegins() throws IOException {
    rejected(
        "n,text,y\n1,\"a\n\nb\",2\nx,\"c\nd\",3\n",
        "line 5, column 1: expected a finite number, found 'x'");
    rejected(
        "n,text,y\n1,\"a\nb\",2\n1,\"c\n",
        "line 4, column 2: a quoted field must end with a quote before the next delimiter or line"
            + " end");
    rejected(
        "n,text,y\n1,\"a\nb\",2\n\"1\n2\",c,3\n",
        "line 4, column 1: expected a finite number, found '1?2'");
    rejected(
        "n,text,y\n1,\"a,2\n3,\"b\" ,4\n5,\"c\"d,6\n",
        "line 2, column 2: a quoted field must end with a quote before the next delimiter");
    rejected(
        "n,text,y\n1,\"a\nb\",2\n5,\"c\"d\",6\n7,\"e\",8\n",
        "line 4, column 2: a quoted field must end with a quote before the next delimiter");
    rejected("n,text,y\n1,\"a\nb\",2\n1,\"c\nd\"\n", "line 4, column 3: the row has 2 columns");
    rejected(
        "n,text,y\n1,\"a\nb\",2\n1,\"" + "text\n".repeat(1 << 19),
        "line 4: a quoted field does not end within 1048576 bytes");
  }

  @Test
  void aLineBreakAfterTheFirstLookIsRejectedWithWhatToDo() throws IOException {
    String rows = "1,plain,2\n".repeat(7000);
    String late = "n,text,y\n" + rows + "3,\"a\n4,b\",5\n";
    rejected(
        late,
        "line 7002, column 2: a quoted field must end with a quote before the next delimiter or"
            + " line end (a line break in the field? ",
        "python3 -c \"import csv;",
        "d = dict(delimiter=',')",
        "skipinitialspace=True, **d)))\")");
    CsvSource early = source(bytes("n,text,y\n1,\"\",2\n" + late.substring(9)));
    assertThat(Recorded.all(early, Split.TRAIN)).hasSize(7002);
    assertThat(Recorded.shard(early, Split.TRAIN, 0, 2).size())
        .isEqualTo(7002 - Recorded.shard(early, Split.TRAIN, 1, 2).size());
  }

  @Test
  void quotesWithoutLineBreaksAreReadByLines() throws IOException {
    StringBuilder text = new StringBuilder("n,text,y\n");
    for (int row = 0; row < 100_000; row++) {
      text.append(row).append(row < 20_000 ? ",a,1\n" : ",\"a\",1\n");
    }
    Path file = Files.writeString(directory.resolve("late.csv"), text);
    CsvSource source =
        new CsvSource(
            new HadoopFiles(CountedFileSystem.configuration()),
            "counted://" + file,
            null,
            format(TargetKind.REAL));
    long before = CountedFileSystem.bytesRead();
    int rows = Recorded.shard(source, Split.TRAIN, 1, 4).size();
    assertThat(rows).isBetween(24_000, 26_000);
    assertThat(CountedFileSystem.bytesRead() - before).isLessThan(Files.size(file) / 2);
  }

  @Test
  void theCommandInTheMessageReplacesLineBreaksByBlanks() throws Exception {
    requirePython();
    String field = "x".repeat(200_000);
    for (String delimiter : List.of(",", ";", "\t", "`")) {
      for (String encoding : List.of("windows-1252", "utf-8", "utf-8 marked", "utf-16")) {
        String text =
            ("n,text,y\n" + "1,a,2\n".repeat(12_000)).replace(",", delimiter)
                + String.join(delimiter, "3", "\"caf\u00e9\n" + delimiter + "!\"", "4\n")
                + String.join(delimiter, "5", field, "6\n");
        Charset charset = Charset.forName(encoding.replace(" marked", ""));
        String mark = encoding.endsWith("marked") ? "\ufeff" : "";
        Path file = Files.write(directory.resolve("OLD.csv"), (mark + text).getBytes(charset));
        CsvDialect dialect =
            new CsvDialect(
                delimiter.charAt(0),
                TextEncoding.named(encoding).orElse(TextEncoding.UTF_8),
                false);
        CsvSource old = new CsvSource(FILES, file.toString(), null, format(dialect));
        String message =
            catchThrowableOfType(InputException.class, () -> Recorded.all(old, Split.TRAIN))
                .toString();
        int from = message.indexOf("python3 -c ");
        run("sh", "-c", message.substring(from, message.length() - 1));
        Path made = directory.resolve("NEW.csv");
        String expected = mark + text.replace("\u00e9\n", "\u00e9 ").replace("\n", "\r\n");
        assertThat(Files.readString(made, charset).replace("\"", ""))
            .isEqualTo(expected.replace("\"", ""));
        assertThat(
                Recorded.all(
                    new CsvSource(FILES, made.toString(), null, format(dialect)), Split.TRAIN))
            .hasSize(12_002);
      }
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFileThatBecomesShorterWhileItIsReadIsRejected() throws IOException {
    for (boolean multiline : new boolean[] {false, true}) {
      String text = "n,text,y\n" + "1,\"a\",2\n".repeat(100_000);
      Path file = Files.writeString(directory.resolve("data.csv"), text);
      CsvHeader.Found found = CsvHeader.read(FILES, file.toString(), CsvDialect.DEFAULT);
      try (FileContent content =
              new DecodedFiles(FILES)
                  .open(file.toString(), found.head(), DecodingLimit.setting(1 << 24));
          FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(500_000);
        for (long from : new long[] {9, 600_000}) {
          CsvLines lines = new CsvLines(content, found.header(), multiline);
          assertThatThrownBy(
                  () -> {
                    lines.range(from, content.length());
                    while (lines.next()) {
                      assertThat(lines.text()).startsWith("1,");
                    }
                  })
              .isInstanceOf(InputException.class)
              .hasMessage(
                  file
                      + ": offset "
                      + (from == 9 || multiline ? 500_000 : from - 1)
                      + ": expected a file of 800009 bytes, found its end; it was changed while it"
                      + " was read");
        }
      }
    }
  }

  @Test
  void aFileIsSearchedOnceForAllItsReaders() throws Exception {
    String text = "n,text,y\n" + "1,\"a\",2\n".repeat(500_000) + "3,\"a\nb\",4\n";
    for (String one : List.of(text, text.replace("a\nb", "a b"))) {
      Path file = Files.writeString(directory.resolve("data.csv"), one);
      CsvSource source =
          new CsvSource(
              new HadoopFiles(CountedFileSystem.configuration()),
              "counted://" + file,
              null,
              format(TargetKind.REAL));
      assertThat(source.firstLineBreak(Split.TRAIN))
          .isEqualTo(one.equals(text) ? OptionalLong.of(500_002) : OptionalLong.empty());
      CsvSource sent = serialized(source);
      long before = CountedFileSystem.bytesRead();
      int rows = 0;
      for (int worker = 0; worker < 4; worker++) {
        rows += Recorded.shard(sent.withOwnCache(), Split.TRAIN, worker, 4).size();
      }
      assertThat(rows).isEqualTo(500_001);
      long most = one.equals(text) ? 4 * Files.size(file) : Files.size(file);
      assertThat(CountedFileSystem.bytesRead() - before).isLessThan(most + (1 << 20));
    }
  }

  @Test
  void aNameThatIsQuotedBeyondTheFirstLookIsRead() throws IOException {
    String name = "x".repeat(70_000);
    CsvSource source = source(bytes("n,text,\"a\n" + name + "\",y\n1,a,2,3\n"));
    assertThat(source.features(Split.TRAIN)).containsExactly("n", "a " + name);
  }

  @Test
  void aCharacterThatIsNotTheDelimiterBeginsNoQuotedField() throws IOException {
    CsvSource source = source(bytes("n;text;u, v, w, x;y\n1;he said, \"hi;5;2\n3;\"a\nb\";6;4\n"));
    assertThat(source.features(Split.TRAIN)).containsExactly("n", "u, v, w, x");
    assertThat(Recorded.all(source, Split.TRAIN))
        .extracting(Recorded.Example::values)
        .containsExactly("[1.0, 5.0]", "[3.0, 6.0]");
  }

  @SuppressWarnings("BanSerializableRead")
  private static CsvSource serialized(CsvSource source) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(source);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (CsvSource) in.readObject();
    }
  }

  private static void requirePython() throws InterruptedException {
    try {
      new ProcessBuilder("python3", "--version").start().waitFor();
    } catch (IOException e) {
      abort("there is no python3 here");
    }
  }

  private void run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
  }

  private void rejected(String text, String... parts) throws IOException {
    CsvSource source = source(bytes(text));
    assertThatThrownBy(() -> Recorded.all(source, Split.TRAIN))
        .isInstanceOf(InputException.class)
        .message()
        .startsWith(directory.resolve("data.csv") + ": ")
        .contains(parts)
        .doesNotContain("\n");
  }

  private CsvSource source(byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("data.csv"), bytes);
    return new CsvSource(FILES, file.toString(), null, format(TargetKind.REAL));
  }

  private static CsvFormat format(TargetKind kind) {
    return format(kind, CsvDialect.DEFAULT);
  }

  private static CsvFormat format(CsvDialect dialect) {
    return format(TargetKind.REAL, dialect);
  }

  private static CsvFormat format(TargetKind kind, CsvDialect dialect) {
    return new CsvFormat(
        "y",
        SourceSchema.FeatureKind.NUMBERS,
        kind,
        0,
        null,
        1 << 24,
        dialect,
        List.of(),
        List.of("text"),
        null,
        true,
        false);
  }

  private static byte[] bytes(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
