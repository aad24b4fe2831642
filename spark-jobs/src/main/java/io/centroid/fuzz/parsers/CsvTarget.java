package io.centroid.fuzz.parsers;

import io.centroid.data.CsvFormat;
import io.centroid.data.CsvSource;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.Gzip;
import io.centroid.fuzz.PartFormat;
import java.util.List;

/** A table, read as pixels and as numbers with a class or a real target, by two workers. */
final class CsvTarget implements FuzzTarget {
  private static final long DECODED_LIMIT = 1 << 18;
  private static final int WORKERS = 2;

  private final MemoryFolder folder = new MemoryFolder();
  private final List<CsvSource> sources =
      List.of(
          source(SourceSchema.FeatureKind.PIXELS, CsvFormat.TargetKind.CLASS, 10),
          source(SourceSchema.FeatureKind.NUMBERS, CsvFormat.TargetKind.REAL, 0));

  private CsvSource source(
      SourceSchema.FeatureKind features, CsvFormat.TargetKind target, int classes) {
    return new CsvSource(
        folder.files(),
        folder.path("table.csv"),
        null,
        new CsvFormat("label", features, target, classes, null, DECODED_LIMIT));
  }

  @Override
  public List<PartFormat> formats() {
    return List.of(PartFormat.TEXT);
  }

  @Override
  public List<byte[]> seeds() {
    String pixels = "label,p0,p1,p2,p3\n3,0,255,7,12\n9,1,2,3,4\n0,0,0,0,0\n";
    String numbers = "x,\"label\",y\r\n1.5,-2e3,\"0.25\"\r\n -7 ,0.001,1e-9\r\n";
    String many = "a,b,label\n" + "1,2,3\n".repeat(2000);
    return List.of(
        Text.bytes(pixels),
        Text.bytes(numbers),
        Text.bytes("\uFEFF" + pixels),
        Gzip.compress(Text.bytes(pixels)),
        Gzip.compress(Text.bytes(many)),
        Gzip.compress(Text.bytes("a,b\n" + "0".repeat(1 << 20))));
  }

  @Override
  public List<String> dictionary() {
    return List.of("label", "\"label\"", "\"1\"", "NaN", "-Infinity", "1e39", "\n\n", ",,", "\r\n");
  }

  @Override
  public Bound bound() {
    return new Bound(8 << 20, 64);
  }

  @Override
  public void read(byte[] input) {
    folder.clear();
    folder.put("table.csv", input);
    // Which of the two is a function of the input, as all is.
    CsvSource source = sources.get(input.length % sources.size());
    source.schema(Split.TRAIN);
    for (int worker = 0; worker < WORKERS; worker++) {
      source.read(Split.TRAIN, 7, worker, WORKERS, Ignored.INSTANCE);
    }
  }

  @Override
  public void close() {
    folder.close();
  }
}
