package io.centroid.dl4j.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Gadget;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class Dl4jZipTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final float[] VALUES = {1, -2.5f, 3e-20f, Float.MIN_VALUE, 7};

  @TempDir Path folder;

  @Test
  void readsOnlyConfigurationAndParameters() throws IOException {
    int before = Gadget.Trace.reads();
    Map<String, byte[]> entries = good();
    entries.put("updaterState.bin", Gadget.bytes());
    entries.put("preprocessor.bin", Gadget.bytes());
    entries.put("objects/mine", Gadget.bytes());
    Dl4jZip zip = read(zip(entries));
    assertThat(zip.configuration()).isEqualTo("{}");
    assertThat(zip.sha256()).matches("[0-9a-f]{64}");
    assertThat(zip.parameters(FILES, VALUES.length)).isEqualTo(VALUES);
    assertThat(zip.leftOut())
        .containsExactly("updaterState.bin", "preprocessor.bin", "objects/mine");
    assertThat(zip.remark().orElseThrow())
        .endsWith("its normalizer is not applied, data.normalization decides");
    assertThat(Gadget.Trace.reads()).isEqualTo(before);
  }

  @Test
  void leavesNoTemporaryCopy() throws IOException {
    List<Path> before = copies();
    read(zip(good())).parameters(FILES, VALUES.length);
    requireRejected(zip(Map.of("a", new byte[1])), "entries: expected configuration.json");
    assertThat(copies()).isEqualTo(before);
  }

  private static List<Path> copies() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.getFileName().toString().matches("centroid-.*zip")).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../configuration.json",
        "a/../../b",
        "/etc/passwd",
        "C:/b",
        "a\\..\\b",
        "a//b",
        "./a",
        "a\u0000b",
        "a\nb"
      })
  void rejectsNamesOutsideTheirFolder(String name) throws IOException {
    Map<String, byte[]> entries = good();
    entries.put(name, new byte[1]);
    requireRejected(zip(entries), "expected a plain relative name of at most 200 characters");
  }

  @Test
  void rejectsDuplicateNames() throws IOException {
    Map<String, byte[]> entries = good();
    entries.put("configuration.jsoN", "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
    byte[] zip = zip(entries);
    replaceAll(zip, "configuration.jsoN", "configuration.json");
    requireRejected(zip, "entry \"configuration.json\": expected once, found a second one");
  }

  @Test
  void rejectsEncryptedEntries() throws IOException {
    byte[] zip = zip(good());
    for (int at : places(zip, "PK\u0001\u0002")) {
      zip[at + 8] |= 1;
    }
    requireRejected(zip, "cannot be read as a zip: ");
  }

  @Test
  void rejectsTooManyEntries() throws IOException {
    Map<String, byte[]> entries = good();
    for (int i = 0; i < 100; i++) {
      entries.put("objects/" + i, new byte[0]);
    }
    requireRejected(zip(entries), "zip: expected at most 100 entries, found 102");
  }

  @Test
  void rejectsAConfigurationThatInflatesTooMuch() throws IOException {
    Map<String, byte[]> entries = good();
    entries.put("configuration.json", new byte[(16 << 20) + 1]);
    byte[] bomb = zip(entries);
    assertThat(bomb.length).isLessThan(100_000);
    requireRejected(bomb, "!configuration.json: length: expected at most 16777216 bytes");
  }

  @Test
  void rejectsParametersLargerThanTheNetwork() throws IOException {
    Map<String, byte[]> entries = good();
    entries.put("coefficients.bin", new byte[64 << 20]);
    Dl4jZip zip = read(zip(entries));
    assertThatThrownBy(() -> zip.parameters(FILES, VALUES.length))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("!coefficients.bin: length: expected at most 1044 bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 1000, -1000, Integer.MAX_VALUE})
  void takesNoDeclaredLengthAtItsWord(int change) throws IOException {
    requireRejected(changed(24, change), "configuration.json: ");
    // The end of compressed bytes is known by itself, and length and checksum must fit.
    assertReadsOrRejects(changed(20, change));
  }

  /** The zip with a modified number in the first central-directory entry, configuration.json. */
  private static byte[] changed(int field, int change) throws IOException {
    byte[] zip = zip(good());
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int at = places(zip, "PK\u0001\u0002").get(0) + field;
    bytes.putInt(at, bytes.getInt(at) + change);
    return zip;
  }

  private void assertReadsOrRejects(byte[] zip) throws IOException {
    try {
      assertThat(read(zip).configuration()).isEqualTo("{}");
    } catch (InputException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
    }
  }

  @Test
  void rejectsAChecksumMismatch() throws IOException {
    byte[] zip = zip(good());
    int at = places(zip, "PK\u0001\u0002").get(0) + 16;
    zip[at] ^= 1;
    requireRejected(zip, "!configuration.json: CRC-32: expected ");
  }

  @Test
  void rejectsTruncatedFiles() throws IOException {
    byte[] zip = zip(good());
    for (int length = 0; length < zip.length; length++) {
      requireRejected(Arrays.copyOf(zip, length), "");
    }
  }

  @Test
  void damagedBytesCauseOnlyInputErrors() throws IOException {
    byte[] zip = zip(good());
    SplittableRandom random = new SplittableRandom(1);
    int rejected = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = zip.clone();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(read(damaged).parameters(FILES, VALUES.length)).isEqualTo(VALUES);
      } catch (InputException e) {
        rejected++;
        assertThat(e.getMessage()).contains("m.zip").doesNotContain("\n");
      }
    }
    assertThat(rejected).isGreaterThan(500);
  }

  @Test
  void rejectsAFileThatChangesBetweenReads() throws IOException {
    Dl4jZip zip = read(zip(good()));
    Map<String, byte[]> other = good();
    other.put("configuration.json", "{ }".getBytes(StandardCharsets.UTF_8));
    Files.write(folder.resolve("m.zip"), zip(other));
    assertThatThrownBy(() -> zip.parameters(FILES, VALUES.length))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("m.zip: was changed while it was being read");
  }

  @Test
  void rejectsFilesThatAreNotAZip() throws IOException {
    int before = Gadget.Trace.reads();
    requireRejected(Gadget.bytes(), "found Java-serialized objects, which run code");
    requireRejected(new byte[] {(byte) 0x80, 2, 'c', 'o', 's'}, "found a pickle, which runs code");
    requireRejected(new byte[] {1, 0, 'i', 'o', '.'}, "found something else");
    assertThat(Gadget.Trace.reads()).isEqualTo(before);
    Map<String, byte[]> torch = new LinkedHashMap<>();
    torch.put("archive/data.pkl", new byte[] {(byte) 0x80, 2});
    requireRejected(zip(torch), "found [archive/data.pkl]");
  }

  @ParameterizedTest
  @CsvSource({"DOUBLE, expected FLOAT", "HALF, expected FLOAT", "INT, expected FLOAT"})
  void rejectsParametersOfAnotherType(DataType type, String message) throws IOException {
    Map<String, byte[]> entries = good();
    entries.put("coefficients.bin", array(Nd4j.create(new float[1][5]).castTo(type)));
    requireParametersRejected(entries, message);
  }

  @Test
  void rejectsParametersOfAnotherShape() throws IOException {
    Map<String, byte[]> entries = good();
    entries.put("coefficients.bin", array(Nd4j.create(new float[1][4])));
    requireParametersRejected(entries, "expected one row of 5, found shape [1, 4]");
    entries.put("coefficients.bin", array(Nd4j.create(new float[5][1])));
    requireParametersRejected(entries, "expected one row of 5, found shape [5, 1]");
  }

  @Test
  void rejectsParametersInAnotherFormat() throws IOException {
    Map<String, byte[]> entries = good();
    int before = Gadget.Trace.reads();
    entries.put("coefficients.bin", Gadget.bytes());
    requireParametersRejected(entries, "!coefficients.bin: is not an ND4J array");
    assertThat(Gadget.Trace.reads()).isEqualTo(before);
    byte[] array = array(Nd4j.create(new float[][] {VALUES}));
    entries.put("coefficients.bin", Arrays.copyOf(array, array.length - 1));
    requireParametersRejected(entries, "!coefficients.bin: ");
    entries.put("coefficients.bin", Arrays.copyOf(array, array.length + 1));
    requireParametersRejected(entries, "!coefficients.bin: has trailing bytes after its 5 values");
  }

  private void requireParametersRejected(Map<String, byte[]> entries, String part)
      throws IOException {
    Dl4jZip zip = read(zip(entries));
    assertThatThrownBy(() -> zip.parameters(FILES, VALUES.length))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(part)
        .message()
        .doesNotContain("\n");
  }

  private void requireRejected(byte[] zip, String part) {
    assertThatThrownBy(() -> read(zip))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(folder.resolve("m.zip").toString())
        .hasMessageContaining(part)
        .message()
        .doesNotContain("\n");
  }

  private Dl4jZip read(byte[] zip) throws IOException {
    return Dl4jZip.read(FILES, Files.write(folder.resolve("m.zip"), zip).toString());
  }

  private static Map<String, byte[]> good() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("configuration.json", "{}".getBytes(StandardCharsets.UTF_8));
    entries.put("coefficients.bin", array(Nd4j.create(new float[][] {VALUES})));
    return entries;
  }

  private static byte[] array(org.nd4j.linalg.api.ndarray.INDArray array) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Nd4j.write(array, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static void replaceAll(byte[] bytes, String from, String to) {
    byte[] replacement = to.getBytes(StandardCharsets.ISO_8859_1);
    for (int at : places(bytes, from)) {
      System.arraycopy(replacement, 0, bytes, at, replacement.length);
    }
  }

  private static List<Integer> places(byte[] bytes, String mark) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return java.util.stream.Stream.iterate(
            text.indexOf(mark), at -> at >= 0, at -> text.indexOf(mark, at + 1))
        .toList();
  }
}
