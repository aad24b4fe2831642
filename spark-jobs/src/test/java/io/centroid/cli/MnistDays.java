package io.centroid.cli;

import io.centroid.DrawnDigits;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** MNIST as it could come day by day, the second day with wrong labels, and a frozen set. */
final class MnistDays {
  static final String CONFIGURATION =
      """
      data { format = idx, path = increments, classes = 10, validation-split = 0.1 }
      model { hidden = [32] }
      train { workers = 2, local-steps = 10, epochs = 5, batch-size = 32 }
      optimizer { name = sgd, learning-rate = 0.2 }
      registry { model = digits, keep = 2 }
      retrain { validation = frozen, exports = [onnx] }
      """;

  private MnistDays() {}

  /** The folder of MNIST's four files, which the tests' machine may not have. */
  static Path mnist() {
    return Path.of(System.getProperty("centroid.shared", "../shared"), "data", "mnist");
  }

  /** A thousand good digits. */
  static void first(Path deliveries) throws IOException {
    digits("train", 0, 1_000).writeIdx(deliveries.resolve("day-1"), "train");
  }

  /** Two thousand digits, each labeled as the next one. */
  static void mislabeled(Path deliveries) throws IOException {
    DrawnDigits good = digits("train", 1_000, 2_000);
    byte[] wrong = good.labels().clone();
    for (int i = 0; i < wrong.length; i++) {
      wrong[i] = (byte) ((wrong[i] + 1) % 10);
    }
    new DrawnDigits(good.pixels(), wrong).writeIdx(deliveries.resolve("day-2"), "train");
  }

  /** Eight thousand good digits. */
  static void more(Path deliveries) throws IOException {
    digits("train", 3_000, 8_000).writeIdx(deliveries.resolve("day-3"), "train");
  }

  /** Two thousand of the test digits, laid out as a delivery. */
  static void frozen(Path folder) throws IOException {
    digits("t10k", 0, 2_000).writeIdx(folder, "train");
  }

  private static DrawnDigits digits(String part, int from, int count) throws IOException {
    return new DrawnDigits(
        records(DrawnDigits.images(part), 16, from, count, DrawnDigits.SIZE),
        records(DrawnDigits.labels(part), 8, from, count, 1));
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
