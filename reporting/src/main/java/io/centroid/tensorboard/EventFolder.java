package io.centroid.tensorboard;

import io.centroid.checkpoint.lease.ProcessTable;
import io.centroid.error.InputException;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AbandonedFile;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.tensorboard.EventProto.Event;
import io.centroid.tensorboard.EventProto.Summary;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder with the event files of a run. TensorBoard joins them in the order of their names,
 * which begin with the second of their creation.
 */
final class EventFolder {
  private static final String PREFIX = "events.out.tfevents.";

  /** TensorBoard reads every file whose name contains {@code tfevents}. */
  private static final String ASIDE = ".being-cut";

  private final Storage storage;
  private final Path folder;
  private final Consumer<String> notes;

  EventFolder(Storage storage, Path folder, Consumer<String> notes) {
    this.storage = storage;
    this.folder = folder;
    this.notes = notes;
  }

  /**
   * What the files have.
   *
   * @param records number of records
   * @param tags tags of the values of the step up to which the files were cut
   */
  record Kept(long records, Set<String> tags) {}

  /**
   * Drops the events after a step, those of the end of a run, and damaged records with all that
   * follow them in the file. Each file is replaced atomically, and not written if all of it is
   * kept.
   *
   * @param step number of steps per worker of the state from which the run resumes
   */
  Kept cut(long step) throws IOException {
    Set<String> tags = new HashSet<>();
    long records = 0;
    for (Path file : files()) {
      AbandonedFile.end(storage.fileSystem(), file);
      Contents all = read(file, step, tags, null);
      if (all.kept == 0) {
        storage.delete(file);
      } else if (!all.isIntact()) {
        AtomicFile cut = AtomicFile.ofOneWriter(storage, file, ASIDE);
        try (FSDataOutputStream out = cut.create()) {
          read(file, step, tags, out);
          Storage.sync(out);
        }
        cut.publish();
      }
      all.damage.ifPresent(damage -> notes.accept("TensorBoard: dropped the rest of " + damage));
      records += all.kept == 0 ? 0 : 1 + all.kept;
    }
    return new Kept(records, tags);
  }

  /**
   * Records of a file.
   *
   * @param kept records to keep in addition to the version of the file
   * @param damage message about the first damaged record, after which nothing is read
   */
  private record Contents(long kept, long dropped, Optional<String> damage) {
    boolean isIntact() {
      return dropped == 0 && damage.isEmpty();
    }
  }

  /** Messages about the first damaged record of each file. */
  List<String> damage() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files()) {
      read(file, Long.MAX_VALUE, new HashSet<>(), null).damage.ifPresent(found::add);
    }
    return found;
  }

  /** Reads a file, and copies what is kept of it. */
  private Contents read(Path file, long step, Set<String> tags, @Nullable FSDataOutputStream copy)
      throws IOException {
    long kept = 0;
    long dropped = 0;
    try (EventFileReader reader = new EventFileReader(file.toString(), storage.stream(file))) {
      for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
        Event event = next.get();
        boolean isVersion = !event.getFileVersion().isEmpty();
        if (!isVersion && !isKept(event, step)) {
          dropped++;
          continue;
        }
        kept += isVersion ? 0 : 1;
        if (event.getStep() == step) {
          event.getSummary().getValueList().forEach(value -> tags.add(value.getTag()));
        }
        if (copy != null) {
          copy.write(EventRecord.of(event.toByteArray()));
        }
      }
      return new Contents(kept, dropped, Optional.empty());
    } catch (InputException e) {
      return new Contents(kept, dropped, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  /** The end of a run, with its test metrics, will happen again. */
  private static boolean isKept(Event event, long step) {
    return event.getStep() <= step
        && event.getSummary().getValueList().stream().noneMatch(value -> isOfTheEnd(value));
  }

  private static boolean isOfTheEnd(Summary.Value value) {
    return value.getTag().equals(HParams.END) || value.getTag().startsWith("test/");
  }

  /** Opens a file whose name is after those of all other files. */
  EventFileWriter create() throws IOException {
    long second = Instant.now().getEpochSecond();
    for (Path file : files()) {
      second = Math.max(second, second(file) + 1);
    }
    storage.createFolder(folder);
    String name =
        String.format(
            Locale.ROOT, "%s%010d.%s.%d", PREFIX, second, host(), ProcessHandle.current().pid());
    return new EventFileWriter(storage, HadoopPath.child(folder, name));
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (FileStatus status : storage.list(folder)) {
      if (status.isFile() && status.getPath().getName().startsWith(PREFIX)) {
        files.add(status.getPath());
      }
    }
    return files;
  }

  private static long second(Path file) {
    String digits = file.getName().substring(PREFIX.length()).replaceAll("\\D.*", "");
    return digits.isEmpty() || digits.length() > 10 ? 0 : Long.parseLong(digits);
  }

  private static String host() {
    return ProcessTable.hostName().replaceAll("[^A-Za-z0-9-]", "-");
  }
}
