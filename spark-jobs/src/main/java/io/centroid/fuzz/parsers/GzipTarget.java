package io.centroid.fuzz.parsers;

import io.centroid.data.DecodedFiles;
import io.centroid.data.DecodedStream;
import io.centroid.data.DecodingLimit;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.Gzip;
import io.centroid.fuzz.PartFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** Gzipped data of one member or several, decoded up to a limit. */
final class GzipTarget implements FuzzTarget {
  private static final int DECODED_LIMIT = 1 << 18;

  private final MemoryFolder folder = new MemoryFolder();
  private final byte[] buffer = new byte[1 << 16];

  @Override
  public List<PartFormat> formats() {
    return List.of(PartFormat.BINARY);
  }

  @Override
  public List<byte[]> seeds() {
    byte[] one = Gzip.compress(Text.bytes("some text, some more text"));
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.writeBytes(one);
    two.writeBytes(Gzip.compress(new byte[1000]));
    byte[] bomb = Gzip.compress(new byte[1 << 22]);
    // Extra field, name, comment and checksum of the header, as few writers make them.
    byte[] flags = one.clone();
    flags[3] = 0x1E;
    return List.of(one, two.toByteArray(), bomb, Gzip.compress(bomb), flags);
  }

  @Override
  public Bound bound() {
    return new Bound(4L << 20, 8);
  }

  @Override
  public void read(byte[] input) throws IOException {
    folder.clear();
    folder.put("data", input);
    DecodingLimit limit = DecodingLimit.setting(DECODED_LIMIT);
    try (DecodedStream stream =
        DecodedStream.open(new DecodedFiles(folder.files()), folder.path("data"), limit)) {
      long decoded = 0;
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        decoded += read;
      }
      if (decoded > Math.max(DECODED_LIMIT, input.length)) {
        throw new AssertionError(decoded + " bytes decoded");
      }
    }
  }

  @Override
  public void close() {
    folder.close();
  }
}
