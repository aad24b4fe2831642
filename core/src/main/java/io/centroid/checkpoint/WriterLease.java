package io.centroid.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.InputException;
import io.centroid.Rejection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write the checkpoints of a run. Each writer creates the lease file of the next
 * epoch, which only one can; from then on every writer of a lower epoch is overtaken. The file of
 * the highest epoch is never removed, so that epochs grow for as long as the run's folder lives.
 */
public final class WriterLease {
  private static final String FOLDER = ".leases";
  private static final Pattern NAME = Pattern.compile("epoch-(\\d{8,18})\\.json");
  private static final int MOST_ATTEMPTS = 100;
  private static final int MOST_BYTES = 1 << 16;
  private static final Logger log = LoggerFactory.getLogger(WriterLease.class);

  private final Storage storage;
  private final Path folder;
  private final long epoch;

  private WriterLease(Storage storage, Path folder, long epoch) {
    this.storage = storage;
    this.folder = folder;
    this.epoch = epoch;
  }

  /** Overtakes every earlier writer of the checkpoints under {@code root}. */
  static WriterLease acquire(Storage storage, Path root, Clock clock) throws IOException {
    Path folder = new Path(root, FOLDER);
    storage.createFolder(folder);
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      long epoch = highest(storage, folder) + 1;
      try {
        storage.createNew(new Path(folder, name(epoch)), content(epoch, clock));
      } catch (FileAlreadyExistsException e) {
        log.debug("another writer took epoch {} first", epoch, e);
        continue;
      }
      WriterLease lease = new WriterLease(storage, folder, epoch);
      lease.check();
      lease.removeOlder();
      return lease;
    }
    throw new IOException("too many writers ask for the lease in " + folder);
  }

  /** Greater than that of every earlier writer; recorded in each manifest. */
  public long epoch() {
    return epoch;
  }

  /**
   * Makes sure that this is still the writer.
   *
   * @throws OvertakenException one line that names the writer that took over
   */
  public void check() throws IOException {
    long highest = highest(storage, folder);
    if (highest > epoch) {
      throw new OvertakenException(
          "another writer took over %s: epoch %d overtakes %d, held by %s"
              .formatted(folder.getParent(), highest, epoch, holder(highest)));
    }
    if (highest < epoch) {
      throw new OvertakenException(
          "the lease of epoch %d was removed from %s while its writer was alive"
              .formatted(epoch, folder));
    }
  }

  private void removeOlder() throws IOException {
    for (FileStatus status : storage.list(folder)) {
      OptionalLong other = parse(status.getPath().getName());
      if (other.isPresent() && other.getAsLong() < epoch) {
        storage.delete(status.getPath());
      }
    }
  }

  /** Who holds an epoch, as far as its file tells. */
  private String holder(long other) throws IOException {
    Path path = new Path(folder, name(other));
    try {
      JsonFields fields = JsonFields.parse(path.toString(), storage.read(path, MOST_BYTES));
      return "process %d on %s since %s"
          .formatted(
              fields.integer("pid"),
              Rejection.shorten(fields.text("host")),
              Rejection.shorten(fields.text("startedAt")));
    } catch (InputException | IOException e) {
      log.debug("cannot read {}", path, e);
      return "an unknown process";
    }
  }

  private static byte[] content(long epoch, Clock clock) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("epoch", epoch)
        .put("host", hostName())
        .put("pid", ProcessHandle.current().pid())
        .put("startedAt", clock.instant().toString())
        .put("uuid", UUID.randomUUID().toString())
        .toPrettyString()
        .concat("\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unknown host";
    }
  }

  private static long highest(Storage storage, Path folder) throws IOException {
    return storage.list(folder).stream()
        .map(status -> parse(status.getPath().getName()))
        .flatMapToLong(OptionalLong::stream)
        .max()
        .orElse(0);
  }

  private static String name(long epoch) {
    return "epoch-%08d.json".formatted(epoch);
  }

  private static OptionalLong parse(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }
}
