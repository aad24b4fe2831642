package io.centroid.registry;

import io.centroid.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.CommitProtocol;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The versions and aliases of one model, {@code <root>/<model>} on any Hadoop file system. Readers
 * take no lock and see a version whole or not at all; writers exclude each other by names that only
 * one of them can take, so that any number may write at once and none is lost. Thread-safe.
 *
 * <pre>
 * versions/000001/version.json    provenance, and the SHA-256 of every file
 *                 checkpoint/     a checkpoint
 *                 exports/NAME/   what servers load
 * aliases/000000001.json          what moved, and where every alias stands; the highest holds
 * </pre>
 */
public final class ModelRegistry {
  /** After this time what a dead writer left behind is swept. */
  static final Duration SWEEP_AGE = Duration.ofDays(1);

  private final HadoopFiles files;
  private final Storage storage;
  private final Path root;
  private final String model;
  private final String by;
  private final Clock clock;
  private final VersionFolder versions;
  private final AliasLog log;

  private ModelRegistry(
      HadoopFiles files, CommitProtocol protocol, Path root, String model, Clock clock)
      throws IOException {
    this.files = files;
    this.storage = Storage.of(root, files.configuration(), protocol);
    this.root = storage.qualified(root);
    this.model = model;
    this.by = System.getProperty("user.name", "unknown");
    this.clock = clock;
    this.versions = new VersionFolder(storage, this.root, model);
    this.log = new AliasLog(storage, this.root, model);
  }

  /**
   * The registry of a model. Creates nothing.
   *
   * @param root the folder that holds models, as users write it
   */
  public static ModelRegistry of(HadoopFiles files, String root, String model) throws IOException {
    Path folder = new Path(files.path(root), Names.require("registry.model", model));
    CommitProtocol protocol = Storage.of(folder, files.configuration()).protocol();
    return of(files, protocol, folder, model, Clock.systemUTC());
  }

  static ModelRegistry of(
      HadoopFiles files, CommitProtocol protocol, Path folder, String model, Clock clock)
      throws IOException {
    return new ModelRegistry(files, protocol, folder, model, clock);
  }

  /** The models that have a version under a root, by name. */
  public static List<String> models(HadoopFiles files, String root) throws IOException {
    Path folder = files.path(root);
    Storage storage = Storage.of(folder, files.configuration());
    List<String> models = new ArrayList<>();
    for (FileStatus status : storage.list(folder)) {
      if (status.isDirectory()
          && Names.isName(status.getPath().getName())
          && storage.exists(new Path(status.getPath(), VersionFolder.FOLDER))) {
        models.add(status.getPath().getName());
      }
    }
    return models;
  }

  /** The folder of a version's checkpoint, whether the version is there or not. */
  public Path checkpoint(int version) {
    return new Path(versions.path(version), VersionRecord.CHECKPOINT);
  }

  /** The folder of the model. */
  public Path path() {
    return root;
  }

  public String model() {
    return model;
  }

  /** The versions by rising number. */
  public List<StoredVersion> versions() throws IOException {
    Set<Integer> removing = aliases().removing();
    List<StoredVersion> found = new ArrayList<>();
    for (int number : versions.numbers()) {
      if (!removing.contains(number)) {
        found.add(versions.read(number));
      }
    }
    return found;
  }

  /**
   * One version.
   *
   * @throws InputException if there is none of that number
   */
  public StoredVersion version(int number) throws IOException {
    return versions.read(number);
  }

  /** The version that was registered under a key. */
  public Optional<StoredVersion> registered(String key) throws IOException {
    return versions().stream().filter(found -> found.record().key().equals(key)).findFirst();
  }

  /**
   * Copies a draft's files into the next version. It appears whole or not at all; a draft whose key
   * is registered already is left as it is.
   *
   * @throws InputException if the checkpoint does not verify
   */
  public StoredVersion register(VersionDraft draft) throws IOException {
    Optional<StoredVersion> before = registered(draft.key());
    if (before.isPresent()) {
      return before.get();
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    int number =
        new Registration(storage, versions, files.configuration())
            .run(
                draft,
                this::next,
                (version, content) ->
                    new VersionRecord(
                        model, version, draft.key(), now, by, draft.provenance(), content));
    return versions.read(number);
  }

  /** The names of the versions. */
  public Aliases aliases() {
    return new Aliases(log, versions, model, by, clock);
  }

  /** What an alias stands for, asked again and again at little cost. */
  public AliasWatch watch(String alias) {
    return new AliasWatch(log, versions, Names.require("an alias", alias));
  }

  /**
   * Removes versions but the newest. What an alias stands for, or a rollback would bring back,
   * stays whatever its age, also if it is moved there at this very moment.
   *
   * @param keep how many of the newest stay; at least 1
   * @return the numbers of those that were removed
   */
  public Set<Integer> retain(int keep) throws IOException {
    if (keep < 1) {
      throw new IllegalArgumentException("keep must be >= 1: " + keep);
    }
    List<Integer> numbers = versions.numbers();
    Set<Integer> surplus = new TreeSet<>(numbers.subList(0, Math.max(0, numbers.size() - keep)));
    Set<Integer> removed = aliases().release(surplus);
    for (int version : removed) {
      versions.remove(version);
    }
    sweep();
    removed = new TreeSet<>(removed);
    removed.retainAll(numbers);
    return removed;
  }

  /** What writers that died left behind. */
  private void sweep() throws IOException {
    Instant oldest = clock.instant().minus(SWEEP_AGE);
    for (Path folder : List.of(versions.folder(), log.folder())) {
      for (FileStatus status : storage.list(folder)) {
        String name = status.getPath().getName();
        boolean old = Instant.ofEpochMilli(status.getModificationTime()).isBefore(oldest);
        boolean unfinished =
            name.startsWith(AtomicDirectory.IN_PROGRESS)
                || (Names.parseVersion(name).isPresent()
                    && !versions.directory(Names.parseVersion(name).getAsInt()).isComplete());
        if (name.startsWith(VersionFolder.REMOVED) || (unfinished && old)) {
          storage.delete(status.getPath());
        }
      }
    }
  }

  /** Above all that is there or was named by an alias: numbers are not used twice. */
  private int next() throws IOException {
    int highest = versions.highest();
    Optional<AliasRecord> newest = log.newest();
    if (newest.isPresent()) {
      for (AliasRecord.Target target : newest.get().aliases().values()) {
        highest = Math.max(highest, target.version());
      }
      for (int version : newest.get().removing()) {
        highest = Math.max(highest, version);
      }
    }
    return highest + 1;
  }
}
