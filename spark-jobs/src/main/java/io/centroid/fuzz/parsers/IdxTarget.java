package io.centroid.fuzz.parsers;

import io.centroid.data.ExampleSink;
import io.centroid.data.IdxFiles;
import io.centroid.data.IdxSource;
import io.centroid.data.Split;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.Gzip;
import io.centroid.fuzz.PartFormat;
import io.centroid.fuzz.Parts;
import java.nio.ByteBuffer;
import java.util.List;

/** A pair of IDX files, plain and gzipped, read by two workers. */
final class IdxTarget implements FuzzTarget {
  private static final long DECODED_LIMIT = 1 << 18;
  private static final int WORKERS = 2;

  private final MemoryFolder folder = new MemoryFolder();
  private final IdxSource source =
      new IdxSource(
          folder.files(),
          new IdxFiles(folder.path("images"), folder.path("labels")),
          null,
          10,
          DECODED_LIMIT);

  @Override
  public List<PartFormat> formats() {
    return List.of(PartFormat.BINARY, PartFormat.BINARY);
  }

  @Override
  public List<byte[]> seeds() {
    byte[] images = idx(0x803, 5, 3, 4);
    byte[] labels = idx(0x801, 5);
    return List.of(
        Parts.join(images, labels),
        Parts.join(Gzip.compress(images), Gzip.compress(labels)),
        Parts.join(idx(0x804, 3, 2, 2, 2), idx(0x801, 3)),
        Parts.join(Gzip.compress(idx(0x803, 1000, 16, 16)), Gzip.compress(idx(0x801, 1000))),
        Parts.join(Gzip.compress(new byte[1 << 20]), labels));
  }

  /** Values from 0 to 9, which are labels of ten classes too. */
  private static byte[] idx(int magic, int... sizes) {
    int values = 1;
    for (int size : sizes) {
      values *= size;
    }
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * sizes.length + values).putInt(magic);
    for (int size : sizes) {
      file.putInt(size);
    }
    for (int i = 0; i < values; i++) {
      file.put((byte) (i % 10));
    }
    return file.array();
  }

  @Override
  public Bound bound() {
    // For each worker a buffer of a mebibyte of labels; both files' windows and decoded bytes.
    return new Bound(8 << 20, 16);
  }

  @Override
  public void read(byte[] input) {
    folder.replace(input, List.of("images", "labels"));
    ExampleSink sink = Ignored.INSTANCE;
    source.schema(Split.TRAIN);
    for (int worker = 0; worker < WORKERS; worker++) {
      source.read(Split.TRAIN, 7, worker, WORKERS, sink);
    }
  }

  @Override
  public void close() {
    folder.close();
  }
}
