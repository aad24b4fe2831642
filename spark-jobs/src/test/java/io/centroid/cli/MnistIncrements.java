package io.centroid.cli;

import io.centroid.SyntheticDigitFiles;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** MNIST as daily data increments, the second one mislabeled, and a frozen validation set. */
final class MnistIncrements {
  static final String CONFIGURATION =
      """
      data { format = idx, path = increments, classes = 10, validation-split = 0.1 }
      model { hidden = [32] }
      train { workers = 2, local-steps = 10, epochs = 5, batch-size = 32 }
      optimizer { name = sgd, learning-rate = 0.2 }
      registry { model = digits, keep = 2 }
      retrain { validation = frozen, exports = [onnx] }
      """;

  private MnistIncrements() {}

  /** Folder of MNIST's four files, which may not exist. */
  static Path mnist() {
    return Path.of(System.getProperty("centroid.shared", "../shared"), "data", "mnist");
  }

  /** A thousand good digits. */
  static void first(Path increments) throws IOException {
    digits("train", 0, 1_000).writeIdx(increments.resolve("day-1"), "train");
  }

  /** Two thousand digits, each labeled as the next one. */
  static void mislabeled(Path increments) throws IOException {
    SyntheticDigitFiles good = digits("train", 1_000, 2_000);
    byte[] wrong = good.labels().clone();
    for (int i = 0; i < wrong.length; i++) {
      wrong[i] = (byte) ((wrong[i] + 1) % 10);
    }
    new SyntheticDigitFiles(good.pixels(), wrong).writeIdx(increments.resolve("day-2"), "train");
  }

  /** Eight thousand good digits. */
  static void more(Path increments) throws IOException {
    digits("train", 3_000, 8_000).writeIdx(increments.resolve("day-3"), "train");
  }

  /** Two thousand of the test digits, with the layout of a data increment. */
  static void frozen(Path folder) throws IOException {
    digits("t10k", 0, 2_000).writeIdx(folder, "train");
  }

  private static SyntheticDigitFiles digits(String part, int from, int count) throws IOException {
    return new SyntheticDigitFiles(
        records(SyntheticDigitFiles.images(part), 16, from, count, SyntheticDigitFiles.SIZE),
        records(SyntheticDigitFiles.labels(part), 8, from, count, 1));
  }

  private static byte[] records(String name, int header, int from, int count, int size)
      throws IOException {
    try (InputStream gzipped = Files.newInputStream(mnist().resolve(name + ".gz"));
        DataInputStream in = new DataInputStream(new GZIPInputStream(gzipped))) {
      in.skipNBytes(header);
      return Arrays.copyOfRange(
          in.readNBytes((from + count) * size), from * size, (from + count) * size);
    }
  }
}
