package io.centroid.checkpoint.lease;

import io.centroid.error.InputException;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease files of a run. File names carry all state except the holder's identity, so one listing
 * reads the state and never sees a partial write: {@code fencing-token-T.json} names the holder,
 * {@code heartbeat-T-N} is its N-th heartbeat, {@code released-T} marks the lease as released.
 * Empty files cost a NameNode one log entry and no DataNode anything, and work on object stores,
 * which do not update modification times.
 */
public final class LeaseFolder {
  /** The folder's name under {@code checkpoints}. */
  static final String NAME = ".leases";

  private static final Pattern FILE =
      Pattern.compile("(fencing-token|heartbeat|released)-(\\d{8,18})(?:-(\\d{8,18})|\\.json)?");
  private static final int MOST_BYTES = 1 << 16;
  private static final Logger log = LoggerFactory.getLogger(LeaseFolder.class);

  private final Storage storage;
  private final Path folder;

  public LeaseFolder(Storage storage, Path root) {
    this.storage = storage;
    this.folder = new Path(root, NAME);
  }

  /** Whether a writer has ever begun to acquire the lease. */
  public boolean exists() throws IOException {
    return storage.exists(folder);
  }

  /**
   * The state of the highest fencing token, from one listing.
   *
   * @param token highest fencing token; 0 if there was never a holder
   * @param heartbeat number of the last heartbeat; 0 if there is none
   * @param released whether the holder released the lease
   */
  record Seen(long token, long heartbeat, boolean released) {}

  Seen look() throws IOException {
    Seen seen = new Seen(0, 0, false);
    // Sorted by name: fencing-token files come before heartbeats and releases.
    for (FileStatus status : storage.list(folder)) {
      Matcher name = FILE.matcher(status.getPath().getName());
      if (!name.matches()) {
        continue;
      }
      long token = Long.parseLong(name.group(2));
      switch (name.group(1)) {
        case "fencing-token" -> seen = token > seen.token ? new Seen(token, 0, false) : seen;
        case "heartbeat" -> {
          long heartbeat = name.group(3) == null ? 0 : Long.parseLong(name.group(3));
          seen =
              token == seen.token
                  ? new Seen(token, Math.max(heartbeat, seen.heartbeat), seen.released)
                  : seen;
        }
        default -> seen = token == seen.token ? new Seen(token, seen.heartbeat, true) : seen;
      }
    }
    return seen;
  }

  /** The holder of a fencing token; empty if its file cannot be read. */
  Optional<Holder> holder(long token) {
    Path file = holderFile(token);
    try {
      return Optional.of(Holder.parse(file.toString(), storage.read(file, MOST_BYTES)));
    } catch (InputException | IOException e) {
      log.debug("cannot read {}", file, e);
      return Optional.empty();
    }
  }

  /**
   * Acquires a fencing token.
   *
   * @throws FileAlreadyExistsException if another process acquired it first
   */
  void acquire(long token, Holder holder) throws IOException {
    storage.createFolder(folder);
    storage.createNew(holderFile(token), holder.toJson(token));
  }

  /** Deletes the file that {@link #acquire} wrote. */
  void withdraw(long token) throws IOException {
    storage.delete(holderFile(token));
  }

  /** Writes the next heartbeat, then removes the previous one. */
  void heartbeat(long token, long number) throws IOException {
    storage.createEmpty(heartbeatFile(token, number));
    if (number > 1) {
      storage.delete(heartbeatFile(token, number - 1));
    }
  }

  void release(long token) throws IOException {
    storage.createEmpty(HadoopPath.child(folder, name("released-%08d", token)));
  }

  /** Removes the files of lower fencing tokens. The highest stays, so that tokens only increase. */
  void removeBefore(long token) throws IOException {
    for (FileStatus status : storage.list(folder)) {
      Matcher name = FILE.matcher(status.getPath().getName());
      if (name.matches() && Long.parseLong(name.group(2)) < token) {
        storage.delete(status.getPath());
      }
    }
  }

  /** The folder that the leases protect. */
  Path root() {
    return folder.getParent();
  }

  private Path holderFile(long token) {
    return HadoopPath.child(folder, name("fencing-token-%08d.json", token));
  }

  private Path heartbeatFile(long token, long number) {
    return HadoopPath.child(folder, name("heartbeat-%08d-%08d", token, number));
  }

  private static String name(String format, Object... numbers) {
    return String.format(Locale.ROOT, format, numbers);
  }
}
