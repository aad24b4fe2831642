package io.centroid.fuzz.parsers;

import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.LeaseTerms;
import io.centroid.checkpoint.OvertakenException;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.WriterLease;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * The lease file of the writer that took over, which the one that was overtaken reads to say who it
 * is. Being overtaken is what its contract names; the message has to be one line.
 */
final class LeaseTarget implements FuzzTarget {
  private final LocalFolder folder = LocalFolder.create();
  private final WriterLease overtaken;
  private final WriterLease holder;
  private final Path newest;
  private final byte[] original;

  LeaseTarget() {
    try {
      overtaken = lease();
      overtaken.close();
      holder = lease();
      try (Stream<Path> found = Files.walk(folder.path())) {
        newest =
            found
                .filter(path -> path.getFileName().toString().matches("epoch-[0-9]+[.]json"))
                .max(Path::compareTo)
                .orElseThrow();
      }
      original = Files.readAllBytes(newest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private WriterLease lease() throws IOException {
    CheckpointStore store =
        CheckpointStore.of(
            new org.apache.hadoop.fs.Path(folder.path().toUri()),
            new Configuration(),
            CheckpointListener.LOGGED);
    return store.writer(store.claim(LeaseTerms.usual()), Retention.last(1)).lease();
  }

  @Override
  public List<PartFormat> formats() {
    return List.of(PartFormat.JSON);
  }

  @Override
  public List<byte[]> seeds() {
    // Without what differs from run to run: the same seed gives the same inputs.
    return List.of(
        Text.bytes(
            Text.latin(original)
                .replaceAll("\"host\" : \"[^\"]*\"", "\"host\" : \"host\"")
                .replaceAll("\"pid\" : [0-9]+", "\"pid\" : 4711")
                .replaceAll("\"machine\" : \"[^\"]*\"", "\"machine\" : \"machine\"")
                .replaceAll("\"startTicks\" : [0-9]+", "\"startTicks\" : 5")
                .replaceAll("[0-9]{4}-[0-9]{2}-[0-9TZ:.+-]+", "2026-01-01T00:00:00Z")
                .replaceAll(
                    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                    "00000000-0000-0000-0000-000000000000")));
  }

  @Override
  public List<String> dictionary() {
    return List.of("\"pid\"", "\"host\"", "\"startedAt\"", "\"epoch\"");
  }

  @Override
  public Bound bound() {
    return Bound.TREE;
  }

  @Override
  public void read(byte[] input) throws IOException {
    Files.write(newest, input);
    overtaken.check();
  }

  @Override
  public boolean mayThrow(Exception thrown) {
    return thrown instanceof OvertakenException;
  }

  @Override
  public void close() {
    holder.close();
    folder.close();
  }
}
