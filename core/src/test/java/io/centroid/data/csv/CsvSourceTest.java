package io.centroid.data.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.Bytes;
import io.centroid.data.ClassNames;
import io.centroid.data.CountedFileSystem;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.Recorded;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.csv.CsvFormat.TargetKind;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.TextEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvSourceTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final CsvFormat IMAGES = CsvFormat.images(10);
  private static final CsvFormat PRICES = table("price");
  private static final String IMAGE_HEADER = "label,pixel0,pixel1,pixel2,pixel3\n";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void eachLineIsInExactlyOneShardInFileOrder(int workers) throws IOException {
    for (int lines : new int[] {1, 5, 5000}) {
      CsvSource source = source(IMAGES, images(lines));
      List<Recorded.Example> together = new ArrayList<>();
      for (int worker = 0; worker < workers; worker++) {
        List<Recorded.Example> shard = Recorded.shard(source, Split.TRAIN, worker, workers);
        assertThat(shard).isSortedAccordingTo(Comparator.comparing(Recorded.Example::key));
        together.addAll(shard);
      }
      together.sort(Comparator.comparing(Recorded.Example::key));
      assertThat(together).isEqualTo(Recorded.all(source, Split.TRAIN)).hasSize(lines);
      for (int i = 0; i < lines; i++) {
        assertThat(together.get(i).target()).isEqualTo(i % 10);
        assertThat(together.get(i).values())
            .isEqualTo("[" + (byte) i + ", 0, " + (byte) (i / 256) + ", -1]");
      }
    }
  }

  /** Groups read the rows of the whole, with their keys, on any number of workers. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theRowsOfAGroupAreReadAlone(int workers) throws IOException {
    String text =
        "sex,price,x\nf,1,2\n \"m\" ,2,3\n\"f\",3,4\n,4,5\n \tN/A,5,6\nF,6,7\n\"a,\n\"\"b\",7,8\n";
    CsvFormat format =
        new CsvFormat(
            "price",
            SourceSchema.FeatureKind.NUMBERS,
            TargetKind.REAL,
            0,
            null,
            1 << 20,
            CsvDialect.DEFAULT,
            List.of("x"),
            List.of(),
            null,
            true,
            false);
    CsvSource source = source(format, text);
    assertThat(source.values(Split.TRAIN, "sex", 9))
        .containsExactly("(missing)", "F", "a,\n\"b", "f", "m");
    assertThat(source.values(Split.TRAIN, "sex", 2)).hasSize(2);
    assertThat(source.values(Split.TRAIN, "price", 9)).hasSize(7);
    List<Recorded.Example> whole = Recorded.all(source, Split.TRAIN);
    assertThat(group(source, "sex", "f", workers)).containsExactly(whole.get(0), whole.get(2));
    assertThat(group(source, "sex", "m", workers)).containsExactly(whole.get(1));
    assertThat(group(source, "sex", "(missing)", workers))
        .containsExactly(whole.get(3), whole.get(4));
    assertThat(group(source, "sex", "a,\n\"b", workers)).containsExactly(whole.get(6));
    assertThat(group(source, "x", "7", workers)).containsExactly(whole.get(5));
    assertThat(group(source, "sex", "none", workers)).isEmpty();
  }

  private static List<Recorded.Example> group(
      CsvSource source, String column, String value, int workers) {
    ExampleSource group = source.only(new CsvGroup(column, value)).withOwnCache();
    List<Recorded.Example> together = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      together.addAll(Recorded.shard(group, Split.TRAIN, worker, workers));
    }
    together.sort(Comparator.comparing(Recorded.Example::key));
    return together;
  }

  @Test
  void theKeyIsTheOffsetOfTheLine() throws IOException {
    String text = IMAGE_HEADER + "1,2,3,4,5\n6,7,8,9,10\n";
    assertThat(Recorded.all(source(IMAGES, text), Split.TRAIN))
        .extracting(Recorded.Example::key)
        .containsExactly((long) text.indexOf("1,2"), (long) text.indexOf("6,7"));
  }

  @Test
  void acceptsLineEndsByteOrderMarkQuotesAndGzip() throws IOException {
    String text = IMAGE_HEADER + "1,2,3,4,255\n6,7,8,9,0\n";
    List<String> expected = values(source(IMAGES, text));
    assertThat(expected).containsExactly("1.0 [2, 3, 4, -1]", "6.0 [7, 8, 9, 0]");
    assertThat(values(source(IMAGES, text.replace("\n", "\r\n")))).isEqualTo(expected);
    assertThat(values(source(IMAGES, text.strip()))).isEqualTo(expected);
    assertThat(values(source(IMAGES, text + "\n"))).isEqualTo(expected);
    assertThat(values(source(IMAGES, text + "\r\n"))).isEqualTo(expected);
    assertThat(values(source(IMAGES, "\uFEFF" + text))).isEqualTo(expected);
    assertThat(values(source(IMAGES, text.replaceAll("([a-z0-9]+)", " \"$1\" "))))
        .isEqualTo(expected);
    byte[] gzipped = Bytes.gzip(text.getBytes(StandardCharsets.UTF_8));
    assertThat(values(source(IMAGES, gzipped))).isEqualTo(expected);
  }

  @Test
  void aGzippedFileIsDecodedOnceForAllWorkers() throws IOException {
    CsvSource source = source(IMAGES, Bytes.gzip(images(5000).getBytes(StandardCharsets.UTF_8)));
    int lines = 0;
    for (int worker = 0; worker < 4; worker++) {
      lines += Recorded.shard(source, Split.TRAIN, worker, 4).size();
    }
    assertThat(lines).isEqualTo(5000);
    assertThat(source.decodings()).isEqualTo(1);
    assertThat(((CsvSource) source.withOwnCache()).decodings()).isZero();
  }

  @Test
  void aWorkerReadsOnlyItsPartOfTheFile() throws IOException {
    Path file = Files.writeString(directory.resolve("train.csv"), images(200_000));
    CsvSource source =
        new CsvSource(
            new HadoopFiles(CountedFileSystem.configuration()), "counted://" + file, null, IMAGES);
    long before = CountedFileSystem.bytesRead();
    Recorded.shard(source, Split.TRAIN, 2, 4);
    long read = CountedFileSystem.bytesRead() - before;
    long size = Files.size(file);
    assertThat(read).isBetween(size / 4, size / 4 + size / 8);
  }

  @Test
  void aTestFileHasNoLabels() throws IOException {
    Path train = write("train.csv", bytes(images(3)));
    Path test = write("test.csv", bytes("pixel0,pixel1,pixel2,pixel3\n1,2,3,4\n5,6,7,8\n"));
    CsvSource source = new CsvSource(FILES, train.toString(), test.toString(), IMAGES);
    assertThat(source.schema(Split.TEST))
        .isEqualTo(
            new SourceSchema(
                new InputShape(1, 2, 2),
                SourceSchema.FeatureKind.PIXELS,
                OptionalLong.empty(),
                false));
    assertThat(source.schema(Split.TRAIN).labeled()).isTrue();
    assertThat(Recorded.all(source, Split.TEST))
        .extracting(example -> example.target() + " " + example.values())
        .containsExactly("NaN [1, 2, 3, 4]", "NaN [5, 6, 7, 8]");
  }

  @Test
  void aTableHasRealNumbersAndATargetInAnyColumn() throws IOException {
    CsvSource source =
        source(PRICES, "rooms,price,\"area\"\n-3,1.5e2,.5\n+4.25,\"-7\",1234567890123456789e-18\n");
    assertThat(values(source)).containsExactly("150.0 [-3.0, 0.5]", "-7.0 [4.25, 1.2345679]");
    assertThat(source.schema(Split.TRAIN).shape()).isEqualTo(InputShape.row(2));
    assertThat(source.schema(Split.TRAIN).kind()).isEqualTo(SourceSchema.FeatureKind.NUMBERS);
  }

  @Test
  void aTableMayHaveManyColumns() throws IOException {
    int columns = 30_000;
    StringBuilder header = new StringBuilder("price");
    StringBuilder row = new StringBuilder("1");
    for (int i = 0; i < columns; i++) {
      header.append(",column").append(i);
      row.append(",0.").append(i);
    }
    CsvSource source = source(PRICES, header + "\n" + (row + "\n").repeat(5));
    assertThat(source.schema(Split.TRAIN).shape()).isEqualTo(InputShape.row(columns));
    int rows = 0;
    for (int worker = 0; worker < 3; worker++) {
      rows += Recorded.shard(source, Split.TRAIN, worker, 3).size();
    }
    assertThat(rows).isEqualTo(5);
  }

  @Test
  void aNonSquareColumnCountIsARowUnlessAShapeIsGiven() throws IOException {
    String text = "label,a,b,c\n1,2,3,4\n";
    assertThat(source(IMAGES, text).schema(Split.TRAIN).shape()).isEqualTo(InputShape.row(3));
    InputShape channels = new InputShape(3, 1, 1);
    assertThat(source(shaped(channels), text).schema(Split.TRAIN).shape()).isEqualTo(channels);
    assertThatThrownBy(() -> source(shaped(InputShape.row(4)), text).schema(Split.TRAIN))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("line 1", "3 columns", "expected 4", "1x1x4");
    assertThatThrownBy(() -> source(shaped(InputShape.row(4)), "\n\n" + text).schema(Split.TRAIN))
        .hasMessageContaining("line 3: 3 columns");
  }

  @Test
  void aSourceSurvivesSerialization() throws IOException {
    CsvSource source = source(IMAGES, images(100));
    assertThat(Recorded.all(Bytes.copied(source, CsvSource.class), Split.TRAIN))
        .isEqualTo(Recorded.all(source, Split.TRAIN));
  }

  // Invalid input: a one-line error with file, line, column, expected and found value.

  @Test
  void anEmptyFileIsRejected() throws IOException {
    assertRejected(IMAGES, "", "line 1: the file is empty");
    assertRejected(IMAGES, "\uFEFF", "line 1: the file is empty");
  }

  @Test
  void aHeaderWithoutRowsIsRejected() throws IOException {
    for (String end : List.of("", "\n", "\r\n", "\n\n")) {
      assertRejected(IMAGES, IMAGE_HEADER.strip() + end, "line 2:", "at least one row");
    }
  }

  @Test
  void aFileOfAnotherKindIsNamed() throws IOException {
    for (String page :
        List.of("<!DOCTYPE html>\n<p>", "\uFEFF\n <HTML>\na,b\n", "<html lang=en>")) {
      assertRejected(PRICES, page, ": is an HTML page, expected a table (CSV or TSV)");
    }
    assertRejected(PRICES, "<?xml version='1.0'?>", ": is an XML document, expected a table");
    assertRejected(PRICES, "PAR1\u0015\u0004\u0015", ": is a Parquet file, expected a table");
    String workbook = "PK\u0003\u0004" + "\0".repeat(26) + "[Content_Types].xml";
    assertRejected(PRICES, workbook, ": is an Office document, expected a table");
    assertRejected(PRICES, "PAR1,price\nx,1\n", "line 2, column 1: expected a finite number");
  }

  @Test
  void aMissingHeaderIsRejected() throws IOException {
    assertRejected(IMAGES, "1,2,3,4,5\n1,2,3,4,5\n", "line 1: expected a header line");
  }

  @Test
  void aSecondTargetColumnIsRejected() throws IOException {
    assertRejected(IMAGES, "label,a,label\n1,2,3\n", "line 1, column 3", "label");
  }

  @Test
  void aWrongColumnCountIsRejected() throws IOException {
    assertRejected(
        IMAGES,
        IMAGE_HEADER + "1,2,3,4,5\n1,2,3\n",
        "line 3, column 4: the row has 3 columns, expected 5");
    assertRejected(
        IMAGES,
        IMAGE_HEADER + "1,2,3,4,5,6\n",
        "line 2, column 6: the row has 6 columns, expected 5");
    assertRejected(IMAGES, IMAGE_HEADER + "1,2,3,4,\n", "line 2, column 5: expected", "found ''");
  }

  @Test
  void anInvalidPixelIsRejected() throws IOException {
    for (String text : List.of("256", "-1", "1.5", "x", "", "1 2", "99999999999", "0x10", "1e1")) {
      assertRejected(
          IMAGES,
          IMAGE_HEADER + "1,2,3,4,5\n1,2," + text + ",4,5\n",
          "line 3, column 3: expected an integer 0..255, found '" + text + "'");
    }
  }

  @Test
  void anInvalidOrInfiniteNumberIsRejected() throws IOException {
    for (String text :
        List.of("NaN", "Infinity", "-inf", "1e39", "1.2.3", "1e", "--1", "0x1p3", "5f")) {
      assertRejected(
          PRICES,
          "rooms,price\n" + text + ",1\n",
          "line 2, column 1: expected a finite number, found '" + text + "'");
      assertRejected(
          PRICES, "rooms,price\n1," + text + "\n", "line 2, column 2: expected a finite number");
    }
  }

  @Test
  void anInvalidClassIsRejected() throws IOException {
    assertRejected(
        IMAGES,
        IMAGE_HEADER + "10,2,3,4,5\n",
        "line 2, column 1: expected a class",
        "0..9",
        "'10'");
    CsvFormat open = CsvFormat.images(0);
    assertRejected(open, IMAGE_HEADER + "16777216,2,3,4,5\n", "0..999", "'16777216'");
    assertRejected(
        open,
        IMAGE_HEADER + "0,2,3,4,5\n1000,2,3,4,5\n",
        "line 3, column 1: expected a class, an integer 0..999 (at most 1000 classes), found"
            + " '1000'");
    assertRejected(open, IMAGE_HEADER + "1.5,2,3,4,5\n", "expected a class", "'1.5'");
    assertRejected(open, IMAGE_HEADER + "-1,2,3,4,5\n", "expected a class", "'-1'");
  }

  @Test
  void aCarriageReturnOrNulInsideALineIsRejected() throws IOException {
    for (String text : List.of("1\r2", "\0")) {
      assertRejected(
          table("none"),
          "rooms\n" + text + "\n",
          "line 2, column 1: expected a row, found a control character");
    }
  }

  @Test
  void columnNamesMayBeQuoted() throws IOException {
    String header = "price, \"rooms, of all kinds\" ,\"the \"\"area\"\"\"\n";
    CsvSource source = source(PRICES, header + "1,2,3\n4, \"5\" ,\"6\" \n");
    assertThat(values(source)).containsExactly("1.0 [2.0, 3.0]", "4.0 [5.0, 6.0]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "   \n", " \t \r\n", "\n \n\r\n"})
  void blankLinesAreSkipped(String blank) throws IOException {
    String text = blank + "rooms,price\n" + blank + "1,2\n" + blank + "3,4\n" + blank + "   ";
    CsvSource source = source(PRICES, text);
    assertThat(values(source)).containsExactly("2.0 [1.0]", "4.0 [3.0]");
    int rows = 0;
    for (int worker = 0; worker < 5; worker++) {
      rows += Recorded.shard(source, Split.TRAIN, worker, 5).size();
    }
    assertThat(rows).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rooms,price,\n1,2\n3,4\n", "rooms,price, \n1,2,\n3,4, \n"})
  void aHeaderMayEndWithADelimiter(String text) throws IOException {
    assertThat(values(source(PRICES, text))).containsExactly("2.0 [1.0]", "4.0 [3.0]");
    assertRejected(
        PRICES,
        "rooms,price,\n1,2,3\n",
        "line 2, column 3: expected nothing in the last column, which has no name, found '3'");
  }

  @Test
  void numbersBetweenBlanksAreNoHeader() throws IOException {
    assertRejected(
        PRICES, " 0.5  2.3   4\n 1.5  3.3   5\n", "line 1: expected a header line", "blanks");
  }

  @Test
  void aLongHeaderMayFollowBlankLines() throws IOException {
    int columns = 9_000;
    StringBuilder header = new StringBuilder("price");
    for (int i = 0; i < columns; i++) {
      header.append(",column").append(i);
    }
    String row = "1" + ",2".repeat(columns) + "\n";
    for (String blank : List.of("\n", " \r\n\n", "\n".repeat(60_000), "\n".repeat(70_000))) {
      CsvSource source = source(PRICES, blank + header + "\r\n" + row);
      assertThat(source.features(Split.TRAIN)).hasSize(columns).last().isEqualTo("column8999");
      assertThat(Recorded.all(source, Split.TRAIN)).hasSize(1);
    }
    assertRejected(PRICES, "\n" + "x".repeat((1 << 20) + 1), "line 2: longer than 1048576 bytes");
    assertRejected(
        PRICES,
        "\n".repeat((1 << 20) + 1) + "rooms,price\n1,2\n",
        "expected a header line in the first 1048576 bytes, found blank lines");
    assertRejected(PRICES, "\n \n", "line 1: the file is empty");
  }

  @Test
  void aHeaderOfTheLengthOfTheFirstReadNeedsARow() throws IOException {
    for (int length = (1 << 16) - 3; length <= (1 << 16) + 1; length++) {
      String header = "price," + "x".repeat(length - 6);
      assertRejected(PRICES, header, "line 2: the file ends after its header");
      assertRejected(PRICES, header + "\r\n", "line 2: the file ends after its header");
      assertThat(Recorded.all(source(PRICES, header + "\n1,2\n"), Split.TRAIN)).hasSize(1);
    }
  }

  @Test
  void aQuotedBlankIsARowOfOneColumn() throws IOException {
    CsvFormat imputing =
        new CsvFormat(
            "none",
            SourceSchema.FeatureKind.NUMBERS,
            TargetKind.REAL,
            0,
            null,
            1 << 20,
            CsvDialect.DEFAULT,
            List.of(),
            List.of(),
            null,
            true,
            true);
    assertThat(values(source(imputing, "rooms\n\"\"\n1\n\n \n\"\"\n")))
        .containsExactly("NaN [NaN]", "NaN [1.0]", "NaN [NaN]");
    assertThat(values(source(imputing, "a\tb\n\t\n"))).containsExactly("NaN [NaN, NaN]");
  }

  @Test
  void aByteOrderMarkPrecedesTheEncoding() throws IOException {
    CsvDialect western =
        new CsvDialect(CsvDialect.AUTO, TextEncoding.named("windows-1252").orElseThrow(), false);
    CsvFormat format =
        new CsvFormat(
            "Größe",
            SourceSchema.FeatureKind.NUMBERS,
            TargetKind.CLASS,
            0,
            null,
            1 << 20,
            western,
            List.of(),
            List.of(),
            new ClassNames(List.of("groß", "klein")),
            true,
            false);
    String text = "\uFEFFäöü,Größe\n1,klein\n2,groß\n";
    for (byte[] bytes :
        List.of(
            bytes(text),
            Bytes.gzip(bytes(text)),
            text.getBytes(StandardCharsets.UTF_16LE),
            text.getBytes(StandardCharsets.UTF_16BE),
            text.substring(1).getBytes("windows-1252"))) {
      CsvSource source = source(format, bytes);
      assertThat(source.features(Split.TRAIN)).containsExactly("äöü");
      assertThat(values(source)).containsExactly("1.0 [1.0]", "0.0 [2.0]");
      assertThat(
              CsvLabels.in(FILES, List.of(source.place(Split.TRAIN)), format, new CsvLineBreaks()))
          .map(ClassNames::names)
          .contains(List.of("groß", "klein"));
    }
    assertRejected(
        format,
        Bytes.join(bytes("\uFEFF"), text.substring(1).getBytes("windows-1252")),
        "line 1, byte 3: expected UTF-8 text as the byte-order mark says, found byte 0xE4");
  }

  @Test
  void anIntegralFloatIsAClass() throws IOException {
    String rows = "1.0,1,2,3,4\n2.00,1,2,3,4\n 3. ,1,2,3,4\n";
    assertThat(values(source(IMAGES, IMAGE_HEADER + rows)))
        .containsExactly("1.0 [1, 2, 3, 4]", "2.0 [1, 2, 3, 4]", "3.0 [1, 2, 3, 4]");
  }

  @Test
  void aTooLongLineIsRejected() throws IOException {
    String digits = "1".repeat(3 << 20);
    assertRejected(
        PRICES, "rooms,price\n1,2\n1," + digits + "\n3,4\n", "line 3: longer than 1048576");
    assertRejected(PRICES, digits, "line 1: longer than 1048576");
    CsvSource source = source(PRICES, "rooms,price\n1,2\n1," + digits);
    assertThatThrownBy(() -> Recorded.shard(source, Split.TRAIN, 2, 3))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 3: longer than");
  }

  @Test
  void binaryDataIsEscapedInMessages() throws IOException {
    assertRejected(
        PRICES, "rooms,price\n\u0000\u001b[31m\u00e9,1\n", "line 2, column 1", "'??[31m??'");
  }

  @Test
  void theLineNumberIsCorrectForEveryWorker() throws IOException {
    String text = images(5000) + "1,2,3,4,x\n\n";
    CsvSource source = source(IMAGES, text);
    List<String> messages = new ArrayList<>();
    for (int worker = 0; worker < 3; worker++) {
      try {
        Recorded.shard(source, Split.TRAIN, worker, 3);
      } catch (InputException e) {
        messages.add(String.valueOf(e.getMessage()));
      }
    }
    assertThat(messages).hasSize(1);
    assertThat(messages.get(0)).contains("line 5002, column 5:");
  }

  @Test
  void aGzippedFileOverTheLimitIsRejected() throws IOException {
    CsvFormat small =
        new CsvFormat("label", SourceSchema.FeatureKind.PIXELS, TargetKind.CLASS, 10, null, 1000);
    CsvSource source = source(small, Bytes.gzip(bytes(images(5000))));
    assertThatThrownBy(() -> Recorded.all(source, Split.TRAIN))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("data.csv", "offset 1000", "limit");
  }

  private void assertRejected(CsvFormat format, String text, String... parts) throws IOException {
    assertRejected(format, bytes(text), parts);
  }

  private void assertRejected(CsvFormat format, byte[] text, String... parts) throws IOException {
    CsvSource source = source(format, text);
    assertThatThrownBy(() -> Recorded.all(source, Split.TRAIN))
        .as(text.length < 1000 ? new String(text, StandardCharsets.UTF_8) : "a long text")
        .isInstanceOf(InputException.class)
        .message()
        .startsWith(directory.resolve("data.csv") + ": ")
        .contains(parts)
        .doesNotContain("\n");
  }

  private static CsvFormat table(String target) {
    return new CsvFormat(
        target, SourceSchema.FeatureKind.NUMBERS, TargetKind.REAL, 0, null, 1 << 20);
  }

  private static CsvFormat shaped(InputShape shape) {
    return new CsvFormat(
        "label", SourceSchema.FeatureKind.PIXELS, TargetKind.CLASS, 10, shape, 1 << 20);
  }

  private static List<String> values(CsvSource source) {
    return Recorded.all(source, Split.TRAIN).stream()
        .map(example -> example.target() + " " + example.values())
        .toList();
  }

  private static String images(int lines) {
    StringBuilder text = new StringBuilder(IMAGE_HEADER);
    for (int i = 0; i < lines; i++) {
      text.append(i % 10).append(',').append(i & 255).append(",0,");
      text.append((i / 256) & 255).append(",255\n");
    }
    return text.toString();
  }

  private CsvSource source(CsvFormat format, String text) throws IOException {
    return source(format, bytes(text));
  }

  private CsvSource source(CsvFormat format, byte[] bytes) throws IOException {
    return new CsvSource(FILES, write("data.csv", bytes).toString(), null, format);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }
}
