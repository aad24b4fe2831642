package io.centroid;

import io.centroid.data.ExampleSink;
import io.centroid.data.Split;
import io.centroid.data.digits.DigitsSource;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Synthetic digits written in the file formats of MNIST and Kaggle. */
public record SyntheticDigitFiles(byte[] pixels, byte[] labels) {
  private static final int SIDE = 28;

  /** Size of one image in bytes. */
  public static final int SIZE = SIDE * SIDE;

  private static final int IMAGES = 0x803;
  private static final int LABELS = 0x801;

  /** Generates the first digits of a split. */
  public static SyntheticDigitFiles of(Split split, int count) {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream(count * SIZE);
    ByteArrayOutputStream labels = new ByteArrayOutputStream(count);
    new DigitsSource(7, count, count)
        .read(
            split,
            1,
            0,
            1,
            new ExampleSink() {
              @Override
              public void image(long key, byte[] image, int offset, float target) {
                pixels.write(image, offset, SIZE);
                labels.write((int) target);
              }

              @Override
              public void row(long key, float[] values, float target) {
                throw new AssertionError("digits are images");
              }

              @Override
              public void span(long key, boolean validation, int[] tokens, int length) {
                throw new AssertionError("no text");
              }

              @Override
              public void text(long key, int[] tokens, int length, float target) {
                throw new AssertionError("no text");
              }
            });
    return new SyntheticDigitFiles(pixels.toByteArray(), labels.toByteArray());
  }

  public int count() {
    return labels.length;
  }

  /** Writes MNIST's image file. */
  public void writeImages(OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out));
    for (int header : new int[] {IMAGES, count(), SIDE, SIDE}) {
      data.writeInt(header);
    }
    data.write(pixels);
    data.flush();
  }

  /** Writes MNIST's label file. */
  public void writeLabels(OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out));
    data.writeInt(LABELS);
    data.writeInt(count());
    data.write(labels);
    data.flush();
  }

  /** Writes both files of a split by MNIST's names, {@code train} or {@code t10k}. */
  public void writeIdx(Path folder, String part) throws IOException {
    Files.createDirectories(folder);
    try (OutputStream out = Files.newOutputStream(folder.resolve(images(part)))) {
      writeImages(out);
    }
    try (OutputStream out = Files.newOutputStream(folder.resolve(labels(part)))) {
      writeLabels(out);
    }
  }

  /** As {@link #writeIdx}, gzipped. */
  public void writeGzippedIdx(Path folder, String part) throws IOException {
    Files.createDirectories(folder);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve(images(part) + ".gz")))) {
      writeImages(out);
    }
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve(labels(part) + ".gz")))) {
      writeLabels(out);
    }
  }

  /** Writes Kaggle's CSV file, with or without the label column. */
  public void writeCsv(Path file, boolean labeled) throws IOException {
    StringBuilder text = new StringBuilder(labeled ? "label," : "");
    for (int i = 0; i < SIZE; i++) {
      text.append(i == 0 ? "pixel0" : ",pixel" + i);
    }
    for (int example = 0; example < count(); example++) {
      text.append('\n');
      if (labeled) {
        text.append(labels[example]).append(',');
      }
      for (int i = 0; i < SIZE; i++) {
        text.append(i == 0 ? "" : ",").append(pixels[example * SIZE + i] & 0xFF);
      }
    }
    Files.createDirectories(file.getParent());
    Files.writeString(file, text.append('\n'));
  }

  /** Name of MNIST's image file. */
  public static String images(String part) {
    return part + "-images-idx3-ubyte";
  }

  /** Name of MNIST's label file. */
  public static String labels(String part) {
    return part + "-labels-idx1-ubyte";
  }
}
