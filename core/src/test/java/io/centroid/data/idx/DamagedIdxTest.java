package io.centroid.data.idx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.centroid.data.Bytes;
import io.centroid.data.Recorded;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Damaged IDX files and invalid headers. */
class DamagedIdxTest extends IdxFolder {

  // Invalid input: a one-line error with file, position, expected and found value.

  @Test
  void truncatedGzipIsRejected() throws IOException {
    byte[] whole = Bytes.gzip(Bytes.images(COUNT));
    byte[] cut = Arrays.copyOf(whole, whole.length - 20);
    assertRejected(cut, Bytes.labels(COUNT, 10), "images: compressed byte " + cut.length, "ends");
  }

  @Test
  void aDamagedChecksumIsRejected() throws IOException {
    byte[] images = Bytes.gzip(Bytes.images(COUNT));
    images[images.length - 8] ^= 1;
    assertRejected(images, Bytes.labels(COUNT, 10), "images: compressed byte", "CRC", "corrupt");
  }

  @Test
  void damagedDeflateDataIsRejected() throws IOException {
    byte[] images = Bytes.gzip(Bytes.images(COUNT));
    Arrays.fill(images, 100, 140, (byte) 0xFF);
    assertRejected(images, Bytes.labels(COUNT, 10), "images: compressed byte", "damaged gzip");
  }

  @Test
  void trailingBytesAfterTheGzipDataAreRejected() throws IOException {
    byte[] whole = Bytes.gzip(Bytes.images(COUNT));
    byte[] more = Bytes.join(whole, new byte[5]);
    assertRejected(
        more, Bytes.labels(COUNT, 10), "images: compressed byte " + whole.length, "Garbage");
  }

  @Test
  void aWrongMagicNumberIsRejected() throws IOException {
    assertRejected(
        Bytes.labels(3, 3), Bytes.labels(3, 3), "images: offset 0: magic number 0x00000801", "803");
    assertRejected(
        Bytes.images(3), Bytes.images(3), "labels: offset 0: magic number 0x00000803", "801");
    byte[] unknown = Bytes.join(Bytes.header(0xA03, 1, 1, 1), new byte[4]);
    assertRejected(unknown, Bytes.labels(1, 1), "images: offset 0: magic number 0x00000a03");
    assertRejected(Bytes.images(3), Bytes.header(0x802, 3, 10), "labels: offset 8: 10 columns");
  }

  @Test
  void aFileOfAnotherKindIsNamed() throws IOException {
    assertRejected(
        Bytes.labels(3, 3), Bytes.images(3), "a file of IDX labels: are the images and the labels");
    assertRejected(
        Bytes.images(3), Bytes.images(3), "(a file of IDX images: are the images and the labels");
    byte[] page = "<!DOCTYPE html>\n<html><title>404</title>".getBytes(UTF_8);
    String html = "0x3c21444f (an HTML page), expected 0x0000080";
    assertRejected(Bytes.gzip(page), Bytes.labels(3, 3), "images: offset 0: magic number " + html);
    assertRejected(Bytes.images(3), page, "labels: offset 0: magic number " + html);
    byte[] error = "<?xml version='1.0'?><Error/>".getBytes(UTF_8);
    assertRejected(error, Bytes.labels(3, 3), "(an XML document)");
  }

  @Test
  void aFileThatEndsInItsHeaderIsRejected() throws IOException {
    assertRejected(new byte[0], Bytes.labels(1, 1), "images: offset 0:", "ends inside its header");
    assertRejected(
        Bytes.header(0x803, 1, 2), Bytes.labels(1, 1), "images: offset 12:", "header of 16");
  }

  @Test
  void overflowingDimensionsAreRejected() throws IOException {
    int most = Integer.MAX_VALUE;
    assertRejected(
        Bytes.header(0x804, most, most, most, most), Bytes.labels(1, 1), "offset 12", "overflow");
    assertRejected(Bytes.header(0x803, 1, 65536, 65536), Bytes.labels(1, 1), "overflow");
    assertRejected(Bytes.header(0x803, -1, 28, 28), Bytes.labels(1, 1), "offset 4", "4294967295");
    assertRejected(Bytes.header(0x803, 0, 28, 28), Bytes.labels(1, 1), "offset 4", "dimension 0");
  }

  @Test
  void dimensionsMustMatchTheLength() throws IOException {
    byte[] images = Bytes.images(5);
    assertRejected(Arrays.copyOf(images, 40), Bytes.labels(5, 5), "offset 40, expected 46");
    assertRejected(Bytes.join(images, new byte[1]), Bytes.labels(5, 5), "offset 47, expected 46");
    assertRejected(
        Bytes.gzip(Arrays.copyOf(images, 40)), Bytes.labels(5, 5), "offset 40, expected 46");
  }

  @Test
  void aGzipBombIsStoppedOneByteAfterTheDeclaredSize() throws IOException {
    byte[] bomb = Bytes.gzip(Bytes.join(Bytes.images(5), new byte[50_000_000]));
    assertRejected(bomb, Bytes.labels(5, 5), "images: offset 46 of the decoded data", "header");
  }

  @Test
  void aDeclaredSizeOverTheLimitIsRejected() throws IOException {
    Path images = write("images", Bytes.gzip(Bytes.images(COUNT)));
    Path labels = write("labels", Bytes.labels(COUNT, 10));
    IdxFiles pair = new IdxFiles(images.toString(), labels.toString());
    IdxSource source = new IdxSource(FILES, pair, null, 10, 1000);
    assertThatThrownBy(() -> Recorded.all(source, Split.TRAIN))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(images.toString(), "6034 bytes", "at most 1000");
  }

  @Test
  void memoryDoesNotDependOnTheDeclaredSize() throws IOException {
    byte[] huge = Bytes.gzip(Bytes.header(0x803, Integer.MIN_VALUE, 28, 28));
    byte[] nearLimit = Bytes.gzip(Bytes.header(0x803, 2_700_000, 28, 28));
    byte[] labels = Bytes.gzip(Bytes.header(0x801, 2_700_000));
    assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          assertRejected(huge, labels, "offset 4: dimension 2147483648");
          long before = usedMemory();
          assertRejected(nearLimit, labels, "offset 16, expected 2116800016");
          assertThat(usedMemory() - before).isLessThan(64L << 20);
        });
  }

  @Test
  void differentCountsAreRejected() throws IOException {
    assertRejected(
        Bytes.images(5), Bytes.labels(4, 4), "labels: offset 4: 4 labels, expected 5", "images");
    IdxSource source = source(Bytes.images(5), Bytes.labels(4, 4), 10);
    assertThatThrownBy(() -> source.schema(Split.TRAIN)).isInstanceOf(InputException.class);
  }

  @Test
  void aLabelOutsideTheClassesIsRejectedWithItsRecord() throws IOException {
    byte[] labels = Bytes.labels(20, 10);
    labels[8 + 17] = 11;
    assertRejected(Bytes.images(20), labels, "labels: record 17: label 11, expected 0..9");
    assertRejected(
        Bytes.gzip(Bytes.images(20)), Bytes.gzip(labels), "record 17: label 11, expected 0..9");
  }

  private void assertRejected(byte[] images, byte[] labels, String... parts) throws IOException {
    IdxSource source = source(images, labels, 10);
    assertThatThrownBy(() -> Recorded.all(source, Split.TRAIN))
        .isInstanceOf(InputException.class)
        .message()
        .startsWith(directory.toString())
        .contains(parts)
        .doesNotContain("\n");
  }

  private static long usedMemory() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void anInfiniteOrLargeLabelIsNamedAsItIs() throws IOException {
    for (double label : new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300}) {
      assertLabelRejected(label, true, 0, "label " + label + ", expected a finite number");
      assertLabelRejected(label, false, 10, "label " + label + ", expected 0..9");
    }
    assertLabelRejected(Double.NaN, true, 0, "label NaN, expected a finite number");
    assertLabelRejected(1000, false, 0, "label 1000, expected 0..999 (at most 1000 classes)");
    assertLabelRejected(-3, false, 0, "label -3, expected 0..999 (at most 1000 classes)");
  }

  private void assertLabelRejected(double label, boolean real, int classes, String reason)
      throws IOException {
    byte[] labels = ByteBuffer.allocate(16).putInt(0xE01).putInt(1).putDouble(label).array();
    Path images = write("images", Bytes.images(1));
    Path file = write("labels", labels);
    IdxFiles pair = new IdxFiles(images.toString(), file.toString());
    IdxSource source = new IdxSource(FILES, pair, null, classes, real, 1 << 20);
    assertThatThrownBy(() -> Recorded.all(source, Split.TRAIN))
        .isInstanceOf(InputException.class)
        .hasMessage(file + ": record 0: " + reason);
  }
}
