package io.centroid.bench.serve;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Converts the test images of a data set to inference requests of one row each. */
final class DigitBodies implements ExampleSink {
  private final int most;
  private final int features;
  private final List<String> bodies = new ArrayList<>();

  private DigitBodies(int most, int features) {
    this.most = most;
    this.features = features;
  }

  /** Writes one request per line. */
  static void write(ExampleSource source, int most, Path file) throws IOException {
    DigitBodies bodies = new DigitBodies(most, source.schema(Split.TEST).shape().size());
    source.read(Split.TEST, 1, 0, 1, bodies);
    if (bodies.bodies.isEmpty()) {
      throw new InputException(source.place(Split.TEST) + " has no pictures");
    }
    Files.write(file, bodies.bodies);
  }

  @Override
  public void image(long key, byte[] pixels, int offset, float target) {
    if (bodies.size() == most) {
      return;
    }
    StringJoiner data = new StringJoiner(",");
    for (int i = 0; i < features; i++) {
      data.add(String.valueOf(pixels[offset + i] & 0xFF));
    }
    bodies.add(
        "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,"
            + features
            + "],\"datatype\":\"FP32\",\"data\":["
            + data
            + "]}]}");
  }

  @Override
  public void row(long key, float[] values, float target) {
    throw noPicture();
  }

  @Override
  public void span(long key, boolean validation, int[] tokens, int length) {
    throw noPicture();
  }

  @Override
  public void text(long key, int[] tokens, int length, float target) {
    throw noPicture();
  }

  private static InputException noPicture() {
    return new InputException("bench serve posts pictures: the data has none");
  }
}
