package io.centroid.data.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.Bytes;
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
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns by name, class names, delimiters, encodings and missing values. */
class CsvColumnsTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final TableSchema ROOMS =
      new TableSchema(List.of("rooms", "area"), "price", List.of());
  private static final TableSchema KINDS =
      new TableSchema(List.of("rooms", "area"), "kind", List.of("flat", "house", "é"));

  @TempDir Path directory;

  @Test
  void columnsAreFoundByName() throws IOException {
    List<String> expected = List.of("3.0 [1.0, 2.0]", "6.0 [4.0, 5.0]");
    CsvFormat format = prices().of(ROOMS, true);
    assertThat(values(format, "rooms,area,price\n1,2,3\n4,5,6\n")).isEqualTo(expected);
    assertThat(values(format, "price,area,rooms\n3,2,1\n6,5,4\n")).isEqualTo(expected);
    assertThat(values(format, "area,name,price,rooms\n2,a,3,1\n5,b,6,4\n")).isEqualTo(expected);
    assertThat(values(prices().of(ROOMS, false), "price,area,rooms\nx,2,1\n"))
        .containsExactly("NaN [1.0, 2.0]");
  }

  @Test
  void pixelsAreFoundByNameToo() throws IOException {
    TableSchema schema = new TableSchema(List.of("a", "b"), "label", List.of());
    CsvFormat format = CsvFormat.images(10).of(schema, true);
    assertThat(values(format, "b,label,a,note\n2,7,1,8\n4,5, 3 ,x\n"))
        .containsExactly("7.0 [1, 2]", "5.0 [3, 4]");
  }

  @Test
  void extraColumnsAreListed() throws IOException {
    CsvSource source = source(prices().of(ROOMS, true), "id,area,name,price,rooms\n1,2,a,3,1\n");
    assertThat(source.extraColumns(Split.TRAIN)).containsExactly("id", "name");
    assertThat(source.features(Split.TRAIN)).containsExactly("rooms", "area");
    CsvSource ignored = source(ignoring("id", "name"), "id,area,name,price,rooms\n1,2,a,3,1\n");
    assertThat(ignored.extraColumns(Split.TRAIN)).isEmpty();
    assertThat(ignored.features(Split.TRAIN)).containsExactly("area", "rooms");
    assertThat(Recorded.all(ignored, Split.TRAIN))
        .extracting(Recorded.Example::values)
        .containsExactly("[2.0, 1.0]");
  }

  @Test
  void aMissingColumnIsReportedWithTheNearestName() throws IOException {
    rejected(
        prices().of(ROOMS, true),
        "Rooms,areas,price\n1,2,3\n",
        "line 1: no column 'rooms' and 1 more, expected the columns of the training data; did you"
            + " mean 'Rooms'? The columns are 'Rooms', 'areas', 'price'");
    StringBuilder many = new StringBuilder("price");
    for (int i = 0; i < 784; i++) {
      many.append(",pixel").append(i);
    }
    TableSchema one = new TableSchema(List.of("pixel_7"), "price", List.of());
    rejected(
        prices().of(one, true),
        many + "\n" + many,
        "did you mean 'pixel7'?",
        "'pixel8', ... (785 in all)");
    rejected(
        ignoring("names"), "rooms,name,price\n1,2,3\n", "'names'", "data.csv.ignore", "'name'");
    assertThatThrownBy(() -> source(prices(), "rooms,Price\n1,2\n").requireTarget(Split.TRAIN))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "line 1: no column 'price', which data.csv.target names; did you mean 'Price'?");
  }

  @Test
  void duplicateColumnsAreRejectedUnlessIgnored() throws IOException {
    String text = "a,b,a,price\n1,2,3,4\n";
    rejected(prices(), text, "line 1, column 3: duplicate column 'a', expected one");
    rejected(
        prices().of(new TableSchema(List.of("a"), "price", List.of()), true),
        text,
        "line 1, column 3: duplicate column 'a'");
    assertThat(values(ignoring("a"), text)).containsExactly("4.0 [2.0]");
  }

  @Test
  void classNamesAreNumbered() throws IOException {
    CsvFormat format = kinds(CsvDialect.DEFAULT).of(KINDS, true);
    assertThat(values(format, "kind,rooms,area\nhouse,1,2\n \"flat\" ,3,4\né,5,6\n"))
        .containsExactly("1.0 [1.0, 2.0]", "0.0 [3.0, 4.0]", "2.0 [5.0, 6.0]");
    rejected(
        format,
        "kind,rooms,area\nhouse,1,2\nhut,1,2\n",
        "line 3, column 1: expected one of the classes flat, house, é, found 'hut'");
    rejected(format, "kind,rooms,area\n,1,2\n", "line 2, column 1: expected a class of 1 to 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|"})
  void theDelimiterIsDetected(String delimiter) throws IOException {
    String text =
        "\"rooms, big; or | small\",area,price\n1.5,2,3\n\"4\",5,6\n".replace(",area", ";area");
    String table = text.replace(";area,price", delimiter + "area" + delimiter + "price");
    String rows = table.replace("1.5,2,3", "1.5" + delimiter + "2" + delimiter + "3");
    String all = rows.replace("\"4\",5,6", "\"4\"" + delimiter + "5" + delimiter + "6");
    assertThat(values(prices(), all)).containsExactly("3.0 [1.5, 2.0]", "6.0 [4.0, 5.0]");
  }

  @Test
  void theFirstRowDecidesBetweenDelimiters() throws IOException {
    assertThat(values(prices(), "rooms, of all;price\n1;2\n")).containsExactly("2.0 [1.0]");
    CsvDialect pipe = new CsvDialect('|', TextEncoding.UTF_8, false);
    assertThat(pipe.delimiterOf("a.csv", "a,b,c|d")).isEqualTo('|');
    assertThat(CsvDialect.DEFAULT.delimiterOf("a.tsv.gz", "a,b,c")).isEqualTo('\t');
    assertThat(CsvDialect.DEFAULT.delimiterOf("a.csv", "price")).isEqualTo(',');
    assertThat(CsvDialect.delimiter("semicolon")).contains(';');
    assertThat(CsvDialect.delimiter("x")).isEmpty();
    assertThat(CsvDialect.delimiter(".")).isEmpty();
  }

  @Test
  void aDecimalCommaIsNamedAndReadIfItIsSet() throws IOException {
    String text = "rooms;price\n1,5;2\n-0,25;1e2\n";
    rejected(
        prices(),
        text,
        "line 2, column 1: expected a finite number, found '1,5' in column 'rooms': a decimal"
            + " comma? (data.csv.decimal-comma = true reads it)");
    CsvFormat commas = numbers(new CsvDialect(';', TextEncoding.UTF_8, true), List.of(), false);
    assertThat(values(commas, text)).containsExactly("2.0 [1.5]", "100.0 [-0.25]");
    rejected(commas, "rooms;price\n1.500;2\n", "line 2, column 1: expected a finite number");
  }

  @Test
  void encodingsOfOneByteAreRead() throws IOException {
    byte[] latin = "kind,größe\né,1\nhouse,2\n".getBytes(StandardCharsets.ISO_8859_1);
    TableSchema schema = new TableSchema(List.of("größe"), "kind", List.of("house", "é"));
    CsvDialect dialect = new CsvDialect(CsvDialect.AUTO, encoding("latin-1"), false);
    assertThat(values(source(kinds(dialect).of(schema, true), latin)))
        .containsExactly("1.0 [1.0]", "0.0 [2.0]");
    assertThatThrownBy(() -> values(source(kinds(CsvDialect.DEFAULT).of(schema, true), latin)))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("line 1", "byte 0xF6", "data.encoding", "windows-1252");
    byte[] row = "kind,a\né,1\n".getBytes(StandardCharsets.ISO_8859_1);
    TableSchema plain = new TableSchema(List.of("a"), "kind", List.of("house", "é"));
    assertThatThrownBy(() -> values(source(kinds(CsvDialect.DEFAULT).of(plain, true), row)))
        .hasMessageContainingAll("line 2, column 1", "byte 0xE9", "data.encoding");
  }

  @Test
  void utf16IsReadByItsMark() throws IOException {
    String text = "kind,größe😀\né,1\nhouse,2\n";
    TableSchema schema = new TableSchema(List.of("größe😀"), "kind", List.of("house", "é"));
    CsvFormat format = kinds(CsvDialect.DEFAULT).of(schema, true);
    byte[] little = ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE);
    byte[] big = ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16BE);
    for (byte[] bytes : List.of(little, big, Bytes.gzip(little))) {
      CsvSource source = source(format, bytes);
      assertThat(values(source)).containsExactly("1.0 [1.0]", "0.0 [2.0]");
      assertThat(
              Recorded.shard(source, Split.TRAIN, 0, 2).size()
                  + Recorded.shard(source, Split.TRAIN, 1, 2).size())
          .isEqualTo(2);
    }
    byte[] odd = java.util.Arrays.copyOf(little, little.length - 1);
    assertThatThrownBy(() -> values(source(format, odd)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected UTF-16LE text as the byte-order mark says");
    byte[] unmarked = text.getBytes(StandardCharsets.UTF_16LE);
    assertThatThrownBy(() -> values(source(format, unmarked)))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("line 1", "NUL", "iconv");
  }

  @Test
  void missingNumbersAreNaNWhereTheyCanBeReplaced() throws IOException {
    String text = "rooms,area,price\n,2,3\nNA, ? ,4\nnan,\"\",5\n1,N/A,6\n";
    assertThat(values(numbers(CsvDialect.DEFAULT, List.of(), true), text))
        .containsExactly("3.0 [NaN, 2.0]", "4.0 [NaN, NaN]", "5.0 [NaN, NaN]", "6.0 [1.0, NaN]");
    rejected(
        prices(),
        text,
        "line 2, column 1: expected a finite number, found '' in column 'rooms': a missing value",
        "data.normalization = standardize",
        "data.csv.ignore");
    rejected(
        numbers(CsvDialect.DEFAULT, List.of(), true),
        "rooms,price\n1,\n",
        "line 2, column 2: expected a finite number, found ''");
  }

  @Test
  void columnsWithoutNumbersAreNamed() throws IOException {
    rejected(
        prices(),
        "rooms,name,price,sex,area\n1,\"Braund, Mr.\",3,male,4\n",
        "line 2, column 2: expected a finite number, found 'Braund, Mr.' in column 'name'",
        "data.csv.ignore = [\"name\",\"sex\"]");
  }

  @Test
  void aRowIndexIsNoFeature() throws IOException {
    for (String header : List.of(",rooms,area,price", "Unnamed: 0,rooms,area,price")) {
      CsvSource source = source(prices(), header + "\n0,1,2,3\nb,4,5,6\n");
      assertThat(values(source)).containsExactly("3.0 [1.0, 2.0]", "6.0 [4.0, 5.0]");
      assertThat(source.features(Split.TRAIN)).containsExactly("rooms", "area");
      assertThat(source.extraColumns(Split.TRAIN)).isEmpty();
      assertThat(source.indexColumns(Split.TRAIN)).containsExactly(header.split(",")[0]);
    }
    CsvSource twice = source(prices(), "\"\",Unnamed: 0.1,Unnamed: 0,rooms,price\n0,0,0,1,2\n");
    assertThat(values(twice)).containsExactly("2.0 [1.0]");
    assertThat(twice.indexColumns(Split.TRAIN)).containsExactly("", "Unnamed: 0.1", "Unnamed: 0");
    CsvSource named = source(ignoring("Unnamed: 0"), "Unnamed: 0,rooms,price\n0,1,2\n");
    assertThat(named.indexColumns(Split.TRAIN)).isEmpty();
    TableSchema known = new TableSchema(List.of("", "rooms"), "price", List.of());
    assertThat(values(prices().of(known, true), ",rooms,price\n7,1,2\n"))
        .containsExactly("2.0 [7.0, 1.0]");
    assertThat(values(prices(), "rooms,,price\n1,2,3\n")).containsExactly("3.0 [1.0, 2.0]");
    rejected(prices(), ",rooms,,price\n0,1,2,3\n", "column 3: duplicate column ''");
    rejected(prices(), ",price\n0,1\n", "a column other than the target 'price', a row index");
  }

  @Test
  void booleansAreOneAndZero() throws IOException {
    String text = "rooms,area,price\nTRUE,no,1\nfalse, \"Yes\" ,2\n2,False,3\nNA,True,4\n";
    assertThat(values(numbers(CsvDialect.DEFAULT, List.of(), true), text))
        .containsExactly("1.0 [1.0, 0.0]", "2.0 [0.0, 1.0]", "3.0 [2.0, 0.0]", "4.0 [NaN, 1.0]");
    rejected(
        prices(),
        "rooms,area,view,sex,price\n1,true,maybe,male,3\n",
        "line 2, column 3: expected a finite number, found 'maybe' in column 'view'",
        "data.csv.ignore = [\"view\",\"sex\"]");
    rejected(prices(), "rooms,price\n1,true\n", "line 2, column 2: expected a finite number");
  }

  @Test
  void aConcealedErrorHasNoContentOfTheFile() throws IOException {
    concealed(
        prices(),
        "rooms,area,price\n1,2,3\n1,anna@example.org,3\n",
        "line 3, column 2: expected a finite number, found text in column 'area' (columns without"
            + " numbers can be left out: data.csv.ignore = [\"area\"])");
    concealed(
        prices(), "rooms,price\n1,\n", "line 2, column 2: expected a finite number, found nothing");
    concealed(
        kinds(CsvDialect.DEFAULT).of(KINDS, true),
        "kind,rooms,area\nAnna Weber,1,2\n",
        "line 2, column 1: expected one of the classes flat, house, é, found text");
    concealed(
        kinds(CsvDialect.DEFAULT).of(KINDS, true),
        "kind,Anna Weber,2\nhouse,1,2\n",
        "line 1: no column 'rooms' and 1 more, expected the columns of the training data");
  }

  private void concealed(CsvFormat format, String text, String message) throws IOException {
    CsvSource source = source(format, text);
    assertThatThrownBy(() -> values(source))
        .isInstanceOfSatisfying(
            InputException.class,
            error ->
                assertThat(error.about("data.csv.target=Anna Weber").concealed())
                    .hasMessage(directory.resolve("data.csv") + ": " + message)
                    .satisfies(known -> assertThat(known.setting()).contains("data.csv.target")));
  }

  private static TextEncoding encoding(String name) {
    return TextEncoding.named(name).orElseThrow();
  }

  private static CsvFormat prices() {
    return numbers(CsvDialect.DEFAULT, List.of(), false);
  }

  private static CsvFormat ignoring(String... names) {
    return numbers(CsvDialect.DEFAULT, List.of(names), false);
  }

  private static CsvFormat numbers(CsvDialect dialect, List<String> ignored, boolean imputes) {
    return format("price", TargetKind.REAL, dialect, ignored, imputes);
  }

  private static CsvFormat kinds(CsvDialect dialect) {
    return format("kind", TargetKind.CLASS, dialect, List.of(), false);
  }

  private static CsvFormat format(
      String target, TargetKind kind, CsvDialect dialect, List<String> ignored, boolean imputes) {
    return new CsvFormat(
        target,
        SourceSchema.FeatureKind.NUMBERS,
        kind,
        0,
        null,
        1 << 20,
        dialect,
        List.of(),
        ignored,
        null,
        true,
        imputes);
  }

  private void rejected(CsvFormat format, String text, String... parts) throws IOException {
    CsvSource source = source(format, text);
    assertThatThrownBy(() -> values(source))
        .isInstanceOf(InputException.class)
        .message()
        .startsWith(directory.resolve("data.csv") + ": line ")
        .contains(parts)
        .doesNotContain("\n");
  }

  private List<String> values(CsvFormat format, String text) throws IOException {
    return values(source(format, text));
  }

  private static List<String> values(CsvSource source) {
    return Recorded.all(source, Split.TRAIN).stream()
        .map(example -> example.target() + " " + example.values())
        .toList();
  }

  private CsvSource source(CsvFormat format, String text) throws IOException {
    return source(format, text.getBytes(StandardCharsets.UTF_8));
  }

  private CsvSource source(CsvFormat format, byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("data.csv"), bytes);
    return new CsvSource(FILES, file.toString(), null, format);
  }
}
