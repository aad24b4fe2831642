package io.centroid.fuzz.parsers;

import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import io.centroid.io.CommitProtocol;
import io.centroid.io.Storage;
import io.centroid.report.MetricsLog;
import io.centroid.train.Carried;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** {@code metrics.jsonl} of an earlier writer, of which a resumed run keeps the first lines. */
final class MetricsTarget implements FuzzTarget {
  private static final TrainState RESUMED =
      new TrainState(15, 15, 0, 15, 15, new float[0], Carried.nothing());

  private final MemoryFolder folder = new MemoryFolder();
  private final Path file = new Path(folder.path("metrics.jsonl"));
  private final Storage storage;

  MetricsTarget() {
    try {
      // Whose file system in memory has no FileContext to rename by.
      storage = Storage.of(file, folder.files().configuration(), CommitProtocol.MANIFEST_LAST);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<PartFormat> formats() {
    return List.of(PartFormat.JSON);
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        Text.bytes(
            "{\"type\":\"round\",\"round\":1,\"step\":10,\"loss\":0.5}\n"
                + "{\"type\":\"evaluation\",\"step\":10,\"part\":\"test\"}\n"
                + "{\"type\":\"round\",\"step\":20,\"x\":{\"y\":[1,2]}}\n{\"type\":\"rou"));
  }

  @Override
  public List<String> dictionary() {
    return List.of("\"step\":", "\"part\":\"test\"", "\n");
  }

  @Override
  public Bound bound() {
    return new Bound(1 << 20, 2000);
  }

  @Override
  public void read(byte[] input) throws IOException {
    folder.clear();
    folder.put("metrics.jsonl", input);
    MetricsLog.open(storage, file, RESUMED).close();
  }

  @Override
  public void close() {
    folder.close();
  }
}
