package io.centroid.tensorboard;

import io.centroid.checkpoint.lease.ProcessTable;
import io.centroid.error.InputException;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AbandonedFile;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.tensorboard.EventProto.Event;
import io.centroid.tensorboard.EventProto.Summary;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
   * Drops the events after a step, those of the end of a run, and damaged records with all that
   * follow them in the file, and inserts the scalars of {@code metrics.jsonl} that are missing
   * before a kept event: TensorBoard expects steps in order. Each file is replaced atomically, and
   * not written if all of it is kept and nothing is inserted.
   *
   * @param step number of steps per worker of the state from which the run resumes
   * @return what the files have; scalars that are missing after the last event are not read yet
   */
  Resumption cut(ReportedRun run, long step) throws IOException {
    Map<Path, Contents> contents = new LinkedHashMap<>();
    Resumption found = Resumption.open(run, step);
    try {
      for (Path file : files()) {
        AbandonedFile.end(storage.fileSystem(), file);
        Contents all = read(file, step, found, null);
        all.damage.ifPresent(damage -> notes.accept("TensorBoard: dropped the rest of " + damage));
        contents.put(file, all);
      }
      boolean inserts = found.missing() > 0;
      if (inserts) {
        found.close();
        found = Resumption.open(run, step);
      }
      for (Map.Entry<Path, Contents> file : contents.entrySet()) {
        replace(file.getKey(), file.getValue(), step, inserts ? found : null);
      }
      return found;
    } catch (IOException | RuntimeException e) {
      found.close();
      throw e;
    }
  }

  private void replace(Path file, Contents contents, long step, @Nullable Resumption found)
      throws IOException {
    if (contents.kept == 0) {
      storage.delete(file);
    } else if (!contents.isIntact()) {
      AtomicFile.ofOneWriter(storage, file, ASIDE).write(out -> read(file, step, found, out));
    } else if (found != null) {
      read(file, step, found, null);
    }
  }

  /**
   * Records of a file.
   *
   * @param kept records to keep in addition to the version of the file
   * @param changed records to drop or to insert
   * @param damage message about the first damaged record, after which nothing is read
   */
  private record Contents(long kept, long changed, Optional<String> damage) {
    boolean isIntact() {
      return changed == 0 && damage.isEmpty();
    }
  }

  /** Messages about the first damaged record of each file. */
  List<String> damage() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files()) {
      read(file, Long.MAX_VALUE, null, null).damage.ifPresent(found::add);
    }
    return found;
  }

  /** Reads a file, and copies what is kept of it with what is missing before. */
  private Contents read(
      Path file, long step, @Nullable Resumption found, @Nullable OutputStream copy)
      throws IOException {
    long kept = 0;
    long changed = 0;
    try (EventFileReader reader = new EventFileReader(file.toString(), storage.stream(file))) {
      for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
        Event event = next.get();
        boolean isVersion = !event.getFileVersion().isEmpty();
        if (!isVersion && !isKept(event, step)) {
          changed++;
          continue;
        }
        kept += isVersion ? 0 : 1;
        if (found != null && event.hasSummary()) {
          changed += insert(found, event.getStep(), copy);
          found.add(event);
        }
        copy(event, copy);
      }
      return new Contents(kept, changed, Optional.empty());
    } catch (InputException e) {
      return new Contents(kept, changed, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private static long insert(Resumption found, long end, @Nullable OutputStream copy)
      throws IOException {
    long inserted = 0;
    for (Optional<Event> missing = found.missingBefore(end);
        missing.isPresent();
        missing = found.missingBefore(end)) {
      copy(missing.get(), copy);
      inserted++;
    }
    return inserted;
  }

  private static void copy(Event event, @Nullable OutputStream copy) throws IOException {
    if (copy != null) {
      copy.write(EventRecord.of(event.toByteArray()));
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
