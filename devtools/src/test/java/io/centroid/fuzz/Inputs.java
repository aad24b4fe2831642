package io.centroid.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** Builds fuzz inputs from texts, compressed data, and several files joined by a separator. */
final class Inputs {
  private static final String SEPARATOR = "\0--part--\0";

  private Inputs() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Decodes any bytes as text, one character per byte. */
  static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] join(List<byte[]> parts) {
    return latin(parts.stream().map(Inputs::latin).collect(Collectors.joining(SEPARATOR)));
  }

  static byte[] join(byte[]... parts) {
    return join(List.of(parts));
  }

  /** Splits any bytes into one or more parts. */
  static List<byte[]> split(byte[] input) {
    return Arrays.stream(latin(input).split(SEPARATOR, -1)).map(Inputs::latin).toList();
  }
}
