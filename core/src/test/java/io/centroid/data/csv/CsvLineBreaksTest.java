package io.centroid.data.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.Bytes;
import io.centroid.data.ClassNames;
import io.centroid.data.CountedFileSystem;
import io.centroid.data.Recorded;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.csv.CsvFormat.TargetKind;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
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
    assertThat(CsvLabels.in(FILES, List.of(file.toString()), format(TargetKind.CLASS)))
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
    rejected("n,text,y\n1,\"a\nb\",2\n1,\"c\nd\"\n", "line 4, column 3: the line has 2 columns");
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
        "newline='')))\")");
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
    return new CsvFormat(
        "y",
        SourceSchema.FeatureKind.NUMBERS,
        kind,
        0,
        null,
        1 << 24,
        CsvDialect.DEFAULT,
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
