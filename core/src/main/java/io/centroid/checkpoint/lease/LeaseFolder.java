package io.centroid.checkpoint.lease;

import io.centroid.InputException;
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
 * The files of a run's leases. All but who the holder is lies in their names, so that one listing
 * tells everything and nothing is ever seen half-written: {@code epoch-E.json} is the holder,
 * {@code sign-E-N} its N-th sign of life, {@code released-E} that it is done. Empty files cost a
 * NameNode's log a line and no DataNode anything, and are objects that an object store can list;
 * times of modification are not kept there.
 */
public final class LeaseFolder {
  /** The folder's name under {@code checkpoints}. */
  static final String NAME = ".leases";

  private static final Pattern FILE =
      Pattern.compile("(epoch|sign|released)-(\\d{8,18})(?:-(\\d{8,18})|\\.json)?");
  private static final int MOST_BYTES = 1 << 16;
  private static final Logger log = LoggerFactory.getLogger(LeaseFolder.class);

  private final Storage storage;
  private final Path folder;

  public LeaseFolder(Storage storage, Path root) {
    this.storage = storage;
    this.folder = new Path(root, NAME);
  }

  /**
   * What one listing tells of the highest epoch.
   *
   * @param epoch 0 if there was never a holder
   * @param sign the number of its last sign of life; 0 if it gave none
   */
  record Seen(long epoch, long sign, boolean released) {}

  Seen look() throws IOException {
    Seen seen = new Seen(0, 0, false);
    // By name: the epochs come before their signs and releases.
    for (FileStatus status : storage.list(folder)) {
      Matcher name = FILE.matcher(status.getPath().getName());
      if (!name.matches()) {
        continue;
      }
      long epoch = Long.parseLong(name.group(2));
      switch (name.group(1)) {
        case "epoch" -> seen = epoch > seen.epoch ? new Seen(epoch, 0, false) : seen;
        case "sign" -> {
          long sign = name.group(3) == null ? 0 : Long.parseLong(name.group(3));
          seen =
              epoch == seen.epoch
                  ? new Seen(epoch, Math.max(sign, seen.sign), seen.released)
                  : seen;
        }
        default -> seen = epoch == seen.epoch ? new Seen(epoch, seen.sign, true) : seen;
      }
    }
    return seen;
  }

  /** Who holds an epoch; empty if its file cannot be read. */
  Optional<Holder> holder(long epoch) {
    Path file = holderFile(epoch);
    try {
      return Optional.of(Holder.parse(file.toString(), storage.read(file, MOST_BYTES)));
    } catch (InputException | IOException e) {
      log.debug("cannot read {}", file, e);
      return Optional.empty();
    }
  }

  /**
   * Takes an epoch.
   *
   * @throws FileAlreadyExistsException if another was faster
   */
  void take(long epoch, Holder holder) throws IOException {
    storage.createFolder(folder);
    storage.createNew(holderFile(epoch), holder.toJson(epoch));
  }

  /** Takes back what {@link #take} wrote. */
  void withdraw(long epoch) throws IOException {
    storage.delete(holderFile(epoch));
  }

  /** Gives the next sign of life, and then removes the one before. */
  void sign(long epoch, long number) throws IOException {
    storage.createEmpty(signFile(epoch, number));
    if (number > 1) {
      storage.delete(signFile(epoch, number - 1));
    }
  }

  void release(long epoch) throws IOException {
    storage.createEmpty(new Path(folder, name("released-%08d", epoch)));
  }

  /** Removes what lower epochs left. The highest stays for ever, so that epochs only grow. */
  void removeBefore(long epoch) throws IOException {
    for (FileStatus status : storage.list(folder)) {
      Matcher name = FILE.matcher(status.getPath().getName());
      if (name.matches() && Long.parseLong(name.group(2)) < epoch) {
        storage.delete(status.getPath());
      }
    }
  }

  /** The folder whose leases these are. */
  Path root() {
    return folder.getParent();
  }

  private Path holderFile(long epoch) {
    return new Path(folder, name("epoch-%08d.json", epoch));
  }

  private Path signFile(long epoch, long number) {
    return new Path(folder, name("sign-%08d-%08d", epoch, number));
  }

  private static String name(String format, Object... numbers) {
    return String.format(Locale.ROOT, format, numbers);
  }
}
