package io.centroid.fuzz;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.centroid.data.ClassNames;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.csv.CsvDialect;
import io.centroid.data.csv.CsvFormat;
import io.centroid.data.csv.CsvLabels;
import io.centroid.data.csv.CsvLineBreaks;
import io.centroid.data.csv.CsvSource;
import io.centroid.data.csv.TableSchema;
import io.centroid.data.idx.IdxFiles;
import io.centroid.data.idx.IdxSource;
import io.centroid.data.texts.LabeledTexts;
import io.centroid.data.texts.TextColumns;
import io.centroid.io.decoding.DecodedStream;
import io.centroid.io.decoding.DecodingLimit;
import io.centroid.text.Tokenizer;
import io.centroid.text.bpe.BpeTraining;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.FieldSource;

/** Fuzz targets for example files, plain and compressed: pixels, tables and labeled texts. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class ExamplesFuzzTest {
  private static final int DECODED_LIMIT = 1 << 18;
  private static final TextColumns COLUMNS = new TextColumns("text", "label");
  private static final Tokenizer BYTES = BpeTraining.train(Map.of("a", 1L), 257, 1);

  @TempDir private static Path folder;

  static final FuzzTarget GZIP =
      new FuzzTarget(4 << 20, 8, ExamplesFuzzTest::decode, ExamplesFuzzTest::compressed);

  // A label buffer of 1 MiB per worker, and the windows and decoded bytes of both files.
  static final FuzzTarget IDX =
      new FuzzTarget(8 << 20, 16, ExamplesFuzzTest::readIdx, ExamplesFuzzTest::idxPairs);

  static final FuzzTarget CSV =
      new FuzzTarget(8 << 20, 64, ExamplesFuzzTest::readCsv, ExamplesFuzzTest::tables);

  static final FuzzTarget CSV_TEXTS =
      new FuzzTarget(
          16 << 20,
          1000,
          input -> readTexts("texts.csv", input),
          () -> texts("text,label\n", "good,1\n\"b\u00e4d, \"\"very\"\"\nso\",0\n\n", "t,%d\n"));

  static final FuzzTarget JSONL_TEXTS =
      new FuzzTarget(
          16 << 20,
          1000,
          input -> readTexts("texts.jsonl", input),
          () ->
              texts(
                  "",
                  "{\"text\":\"good\",\"label\":1}\n"
                      + "{\"label\":\"0\",\"text\":\"b\\u00e4d\",\"x\":[{}]}\n\n",
                  "{\"text\":\"t\",\"label\":%d}\n"));

  @FieldSource("GZIP")
  @FuzzTest
  void gzip(byte[] input) throws Exception {
    GZIP.check(input);
  }

  @FieldSource("IDX")
  @FuzzTest
  void idx(byte[] input) throws Exception {
    IDX.check(input);
  }

  @FieldSource("CSV")
  @DictionaryEntries({"label", "\"label\"", "\"1\"", "NaN", "-Infinity", "1e39", ",,"})
  @FuzzTest
  void csv(byte[] input) throws Exception {
    CSV.check(input);
  }

  @FieldSource("CSV_TEXTS")
  @DictionaryEntries({"text", "label", "\"\""})
  @FuzzTest
  void csvTexts(byte[] input) throws Exception {
    CSV_TEXTS.check(input);
  }

  @FieldSource("JSONL_TEXTS")
  @DictionaryEntries({"\"text\":", "\"label\":", "\\u0000"})
  @FuzzTest
  void jsonlTexts(byte[] input) throws Exception {
    JSONL_TEXTS.check(input);
  }

  private static List<byte[]> compressed() {
    byte[] one = Inputs.gzip(Inputs.utf8("some text, some more text"));
    byte[] two = Inputs.latin(Inputs.latin(one) + Inputs.latin(Inputs.gzip(new byte[1000])));
    byte[] bomb = Inputs.gzip(new byte[1 << 22]);
    // Header with extra field, name, comment and checksum, which few writers create.
    byte[] flags = one.clone();
    flags[3] = 0x1E;
    return List.of(one, two, bomb, Inputs.gzip(bomb), flags);
  }

  private static void decode(byte[] input) throws IOException {
    InputFolder files = new InputFolder(folder);
    files.only("data", input);
    byte[] buffer = new byte[1 << 16];
    DecodingLimit limit = DecodingLimit.setting(DECODED_LIMIT);
    try (DecodedStream stream =
        DecodedStream.open(
            new io.centroid.io.decoding.DecodedFiles(InputFolder.FILES),
            files.file("data"),
            limit)) {
      long decoded = 0;
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        decoded += read;
      }
      if (decoded > Math.max(DECODED_LIMIT, input.length)) {
        throw new AssertionError(decoded + " bytes decoded");
      }
    }
  }

  private static List<byte[]> idxPairs() {
    byte[] images = idx(0x803, 5, 3, 4);
    byte[] labels = idx(0x801, 5);
    return List.of(
        Inputs.join(images, labels),
        Inputs.join(Inputs.gzip(images), Inputs.gzip(labels)),
        Inputs.join(images, idx(0xC02, 5, 8)),
        Inputs.join(idx(0xE03, 5, 3, 4), idx(0xD01, 5)),
        Inputs.join(idx(0x804, 3, 2, 2, 2), idx(0x801, 3)),
        Inputs.join(Inputs.gzip(idx(0x803, 1000, 16, 16)), Inputs.gzip(idx(0x801, 1000))),
        Inputs.join(Inputs.gzip(new byte[1 << 20]), labels),
        Inputs.join(idx(0x803, 5, 3), labels));
  }

  /** Bytes from 0 to 9, which are also labels of ten classes, or zeros of another type. */
  private static byte[] idx(int magic, int... sizes) {
    int values = magic >> 8 == 0x08 ? 1 : magic >> 8 == 0x0E ? 8 : 4;
    for (int size : sizes) {
      values *= size;
    }
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * sizes.length + values).putInt(magic);
    for (int size : sizes) {
      file.putInt(size);
    }
    for (int i = 0; i < values; i++) {
      file.put(magic >> 8 == 0x08 ? (byte) (i % 10) : 0);
    }
    return file.array();
  }

  private static void readIdx(byte[] input) {
    InputFolder files = new InputFolder(folder);
    files.replace(input, List.of("images", "labels"));
    IdxFiles pair = new IdxFiles(files.file("images"), files.file("labels"));
    IgnoredExamples.read(new IdxSource(InputFolder.FILES, pair, null, 10, DECODED_LIMIT), 2);
  }

  private static List<byte[]> tables() {
    // The length modulo 3 selects pixels with a class number, numbers with a real target, or
    // numbers
    // with missing ones and class names.
    String pixels = "label,p0,p1,p2,p3\n3,0,255,7,12\n9,1,2,3,4\n0,0,0,0,0\n";
    String numbers = "x,\"label\",y\r\n1.5,-2e3,\"0.25\"\r\n -7 ,0.001,1e-9\r\n";
    String many = "a,b,label\n" + "1,2,3\n".repeat(2000);
    return List.of(
        ofKind(0, pixels),
        ofKind(1, numbers),
        ofKind(2, "x;\"label\";y\r\n1.5;a;\"0.25\"\r\n\r\n NA ;b\u00e4r;\r\n?;-1;nan\r\n"),
        ofKind(2, "label\tx\nTrue\t1\nFalse\t2\n"),
        ofKind(0, "\uFEFF" + pixels),
        ("\uFEFF" + pixels).getBytes(StandardCharsets.UTF_16LE),
        Inputs.gzip(Inputs.utf8(pixels)),
        Inputs.gzip(Inputs.utf8(many)),
        Inputs.gzip(Inputs.utf8("a,b\n" + "0".repeat(1 << 20))));
  }

  /** A table whose length selects how it is read. */
  private static byte[] ofKind(int kind, String text) {
    byte[] bytes = Inputs.utf8(text);
    return bytes.length % 3 == kind ? bytes : ofKind(kind, text + "\n");
  }

  private static void readCsv(byte[] input) {
    InputFolder files = new InputFolder(folder);
    files.only("table.csv", input);
    String file = files.file("table.csv");
    CsvFormat format =
        switch (input.length % 3) {
          case 0 -> table(SourceSchema.FeatureKind.PIXELS, CsvFormat.TargetKind.CLASS, 10);
          case 1 -> table(SourceSchema.FeatureKind.NUMBERS, CsvFormat.TargetKind.REAL, 0);
          default -> named(file);
        };
    IgnoredExamples.read(new CsvSource(InputFolder.FILES, file, null, format), 2);
  }

  private static CsvFormat named(String file) {
    CsvFormat numbers = table(SourceSchema.FeatureKind.NUMBERS, CsvFormat.TargetKind.CLASS, 0);
    CsvSource source = new CsvSource(InputFolder.FILES, file, null, numbers);
    List<String> classes =
        CsvLabels.in(InputFolder.FILES, List.of(file), numbers, new CsvLineBreaks())
            .map(ClassNames::names)
            .orElse(List.of());
    return numbers.of(new TableSchema(source.features(Split.TRAIN), "label", classes), true);
  }

  private static CsvFormat table(
      SourceSchema.FeatureKind features, CsvFormat.TargetKind target, int classes) {
    return new CsvFormat(
        "label",
        features,
        target,
        classes,
        null,
        DECODED_LIMIT,
        CsvDialect.DEFAULT,
        List.of(),
        List.of(),
        null,
        true,
        features == SourceSchema.FeatureKind.NUMBERS);
  }

  private static List<byte[]> texts(String head, String few, String line) {
    StringBuilder table = new StringBuilder(head);
    for (int i = 0; i < 1200; i++) {
      table.append(line.formatted(i % 3));
    }
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(Inputs.utf8(head + few));
    seeds.add(Inputs.utf8("\uFEFF" + head + few));
    seeds.add(Inputs.gzip(Inputs.utf8(head + few)));
    seeds.add(Inputs.utf8(table.toString()));
    seeds.add(Inputs.gzip(Inputs.utf8(table + " ".repeat(1 << 20))));
    seeds.add(Inputs.utf8(head + "{\"label\":" + "[".repeat(5000)));
    return seeds;
  }

  private static void readTexts(String name, byte[] input) {
    InputFolder files = new InputFolder(folder);
    files.only(name, input);
    String file = files.file(name);
    ClassNames classes =
        LabeledTexts.classes(
            InputFolder.FILES, file, COLUMNS, DecodingLimit.setting(DECODED_LIMIT));
    IgnoredExamples.read(
        new LabeledTexts(InputFolder.FILES, file, null, COLUMNS, classes, BYTES, 16, DECODED_LIMIT),
        1);
  }
}
