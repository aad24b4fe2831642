package io.centroid.data.idx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.data.Bytes;
import io.centroid.data.InputShape;
import io.centroid.data.Recorded;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** IDX files of other types than unsigned bytes, and QMNIST's labels. */
class ElementTypeTest extends IdxFolder {

  @ParameterizedTest
  @CsvSource({"0x09, 1", "0x0B, 2", "0x0C, 4", "0x0D, 4", "0x0E, 8"})
  void imagesOfOtherTypesAreNumbers(String code, int bytes) throws IOException {
    int type = Integer.decode(code);
    byte[] images = values(type << 8 | 3, bytes, new int[] {2, 1, 2}, 1, -2, 127, -128);
    IdxSource source = source(images, Bytes.labels(2, 2), 2);
    SourceSchema schema = source.schema(Split.TRAIN);
    assertThat(schema.kind()).isEqualTo(SourceSchema.FeatureKind.NUMBERS);
    assertThat(schema.shape()).isEqualTo(new InputShape(1, 1, 2));
    assertThat(Recorded.all(source, Split.TRAIN))
        .extracting(example -> example.target() + " " + example.values())
        .containsExactly("0.0 [1.0, -2.0]", "1.0 [127.0, -128.0]");
    assertThat(Recorded.all(source(Bytes.gzip(images), Bytes.labels(2, 2), 2), Split.TRAIN))
        .isEqualTo(Recorded.all(source, Split.TRAIN));
  }

  @ParameterizedTest
  @CsvSource({"0x08, 1", "0x09, 1", "0x0B, 2", "0x0C, 4", "0x0D, 4", "0x0E, 8"})
  void labelsOfEachTypeAreClasses(String code, int bytes) throws IOException {
    byte[] labels = values(Integer.decode(code) << 8 | 1, bytes, new int[] {3}, 2, 0, 1);
    assertThat(targets(source(Bytes.images(3), labels, 3))).containsExactly(2f, 0f, 1f);
  }

  @Test
  void theFirstOfEightColumnsIsTheClass() throws IOException {
    byte[] labels =
        values(
            0x0C02, 4, new int[] {2, 8}, 7, 4, 30, 0, 0, 52, 0, 0, 3, 4, 31, 0, 0, 53, 100000, 0);
    assertThat(targets(source(Bytes.images(2), labels, 10))).containsExactly(7f, 3f);
  }

  @Test
  void invalidValuesAreRejectedWithTheirRecord() throws IOException {
    byte[] half =
        Bytes.join(Bytes.header(0x0D01, 1), ByteBuffer.allocate(4).putFloat(0.5f).array());
    rejected(Bytes.images(1), half, "labels: record 0: label 0.5, expected 0..9");
    byte[] negative = values(0x0C01, 4, new int[] {2}, 1, -1);
    rejected(Bytes.images(2), negative, "labels: record 1: label -1, expected 0..9");
    byte[] nan =
        Bytes.join(
            Bytes.header(0x0D03, 1, 1, 2),
            ByteBuffer.allocate(8).putFloat(1).putFloat(Float.NaN).array());
    rejected(nan, Bytes.labels(1, 1), "images: record 0: value 1: expected a finite number");
    byte[] cut = values(0x0C03, 4, new int[] {2, 1, 2}, 1, 2, 3);
    rejected(cut, Bytes.labels(2, 2), "ends at offset 28, expected 32", "2 records of 8 bytes");
    rejected(
        Bytes.header(0x0E03, 1, 20_000, 20_000), Bytes.labels(1, 1), "the dimensions overflow");
  }

  @Test
  void realTargetsAreReadForRegression() throws IOException {
    byte[] labels =
        Bytes.join(
            Bytes.header(0x0D01, 2), ByteBuffer.allocate(8).putFloat(-0.5f).putFloat(7).array());
    IdxFiles pair =
        new IdxFiles(
            write("images", Bytes.images(2)).toString(), write("labels", labels).toString());
    assertThat(targets(new IdxSource(FILES, pair, null, 0, true, 1 << 20)))
        .containsExactly(-0.5f, 7f);
  }

  @Test
  void theCaseOfQmnistIsReadByItsNames() {
    Path cases = Path.of(System.getProperty("centroid.shared", "../shared"), "cases/qmnist_labels");
    assumeTrue(Files.exists(cases), cases + " is not there");
    IdxSource source = IdxSource.mnist(FILES, cases.toString(), 10);
    assertThat(source.schema(Split.TRAIN).shape()).isEqualTo(new InputShape(1, 14, 14));
    assertThat(targets(source)).hasSize(300).startsWith(7f, 2f);
    assertThat(Recorded.all(source, Split.TEST)).hasSize(100);
    assertThat(Recorded.all(source, Split.TEST).get(0).target()).isEqualTo(4f);
    for (String name :
        List.of("qmnist-train-labels-idx2-int.gz", "x.idx3-float", "train-images-idx3-ubyte")) {
      assertThat(MnistFiles.isIdx(name)).as(name).isTrue();
    }
    assertThat(MnistFiles.isIdx("train.csv")).isFalse();
  }

  private void rejected(byte[] images, byte[] labels, String... parts) throws IOException {
    IdxSource source = source(images, labels, 10);
    assertThatThrownBy(() -> Recorded.all(source, Split.TRAIN))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(parts);
  }

  private static List<Float> targets(IdxSource source) {
    return Recorded.all(source, Split.TRAIN).stream().map(Recorded.Example::target).toList();
  }

  private static byte[] values(int magic, int bytes, int[] sizes, int... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length * bytes);
    for (int value : values) {
      switch (magic >> 8) {
        case 0x08, 0x09 -> data.put((byte) value);
        case 0x0B -> data.putShort((short) value);
        case 0x0C -> data.putInt(value);
        case 0x0D -> data.putFloat(value);
        default -> data.putDouble(value);
      }
    }
    return Bytes.join(Bytes.header(magic, sizes), data.array());
  }
}
