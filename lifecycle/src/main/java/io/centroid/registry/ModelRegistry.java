package io.centroid.registry;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
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
 * The versions and aliases of one model, in {@code <root>/<model>} on any Hadoop file system.
 * Versions are published atomically, so readers take no lock. Concurrent writers compete for unique
 * file names, so no write is lost. Thread-safe.
 *
 * <pre>
 * versions/000001/version.json    provenance, and the SHA-256 of every file
 *                 checkpoint/     a checkpoint
 *                 exports/NAME/   what servers load
 * keys/HASH-000000                the version that a key stands for
 * aliases/000000001.json          one change and the targets of all aliases; the highest is current
 * </pre>
 */
public final class ModelRegistry {
  /** Age at which files left by a dead writer are deleted. */
  static final Duration SWEEP_AGE = Duration.ofDays(1);

  private final HadoopFiles files;
  private final Storage storage;
  private final Path root;
  private final String model;
  private final String by;
  private final Clock clock;
  private final VersionFolder versions;
  private final AliasLog log;
  private final Aliases.Gate gate;

  private ModelRegistry(
      HadoopFiles files,
      CommitProtocol protocol,
      Path root,
      String model,
      Clock clock,
      Aliases.Gate gate)
      throws IOException {
    this.files = files;
    this.storage = Storage.of(root, files.configuration(), protocol);
    this.root = storage.qualified(root);
    this.model = model;
    this.by = System.getProperty("user.name", "unknown");
    this.clock = clock;
    this.versions = new VersionFolder(storage, this.root, model);
    this.log = new AliasLog(storage, this.root, model);
    this.gate = gate;
  }

  /**
   * Opens the registry of a model. Does not create files.
   *
   * @param root folder of the models, as a path or Hadoop URI
   */
  public static ModelRegistry of(HadoopFiles files, String root, String model) throws IOException {
    Path folder = HadoopPath.child(files.path(root), Names.require("registry.model", model));
    CommitProtocol protocol = Storage.of(folder, files.configuration()).protocol();
    return of(files, protocol, folder, model, Clock.systemUTC());
  }

  /** The registry with a gate before every move of an alias. */
  public ModelRegistry gated(Aliases.Gate other) throws IOException {
    return new ModelRegistry(files, storage.protocol(), root, model, clock, other);
  }

  static ModelRegistry of(
      HadoopFiles files, CommitProtocol protocol, Path folder, String model, Clock clock)
      throws IOException {
    return new ModelRegistry(files, protocol, folder, model, clock, version -> {});
  }

  /** The names of the models under a root, sorted. */
  public static List<String> models(HadoopFiles files, String root) throws IOException {
    Path folder = files.path(root);
    Storage storage = Storage.of(folder, files.configuration());
    List<String> models = new ArrayList<>();
    for (FileStatus status : storage.list(folder)) {
      if (status.isDirectory()
          && Names.isName(status.getPath().getName())
          && isModel(files, status.getPath())) {
        models.add(status.getPath().getName());
      }
    }
    return models;
  }

  /** Whether a folder is that of a model. */
  public static boolean isModel(HadoopFiles files, Path folder) throws IOException {
    return Storage.of(files, folder).exists(new Path(folder, VersionFolder.FOLDER));
  }

  /** The folder of a version's checkpoint; the version may not exist. */
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

  /** The versions in ascending order. */
  public List<StoredVersion> versions() throws IOException {
    Set<Integer> removing = aliases().removing();
    List<StoredVersion> found = new ArrayList<>();
    for (int number : versions.numbers()) {
      if (!removing.contains(number)) {
        // A version may be removed after it was listed.
        versions.find(number).ifPresent(found::add);
      }
    }
    return found;
  }

  /**
   * A version by number.
   *
   * @throws InputException if the version does not exist
   */
  public StoredVersion version(int number) throws IOException {
    return versions.read(number);
  }

  /**
   * A version by number or alias.
   *
   * @throws InputException if the version or alias does not exist
   */
  public StoredVersion resolve(String versionOrAlias) throws IOException {
    if (isNumber(versionOrAlias)) {
      return version(Integer.parseInt(versionOrAlias));
    }
    AliasRecord.Target target =
        aliases()
            .current(versionOrAlias)
            .orElseThrow(
                () -> new InputException("%s has no alias %s".formatted(model, versionOrAlias)));
    return version(target.version());
  }

  static boolean isNumber(String version) {
    return version.matches("\\d{1,9}");
  }

  /** The version that was registered under a key. */
  public Optional<StoredVersion> registered(String key) throws IOException {
    return versions().stream().filter(found -> found.record().key().equals(key)).findFirst();
  }

  /**
   * Copies a draft's files into the next version, which is published atomically. If the draft's key
   * is registered already, returns that version.
   *
   * @throws InputException if the checkpoint is damaged
   */
  public StoredVersion register(VersionDraft draft) throws IOException {
    Optional<StoredVersion> before = registered(draft.key());
    if (before.isPresent()) {
      // Another writer may be about to remove it, because a version was registered at once.
      int number = before.get().number();
      int decided = new KeyLog(storage, versions).decide(draft.key(), number);
      return decided == number ? before.get() : versions.read(decided);
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
    return only(draft.key(), versions.read(number));
  }

  /** The version that the key stands for; another one that was registered at once is removed. */
  private StoredVersion only(String key, StoredVersion registered) throws IOException {
    int number = new KeyLog(storage, versions).decide(key, registered.number());
    if (number == registered.number()) {
      return registered;
    }
    for (int removed : aliases().release(Set.of(registered.number()))) {
      versions.remove(removed);
    }
    return versions.read(number);
  }

  /** The aliases of the versions. */
  public Aliases aliases() {
    return new Aliases(log, versions, model, by, clock, gate);
  }

  /** A watch that polls an alias at little cost. */
  public AliasWatch watch(String alias) {
    return new AliasWatch(log, versions, Names.require("an alias", alias));
  }

  /**
   * Removes all but the newest versions. Versions that an alias points to, or that a rollback would
   * restore, are kept, even if the alias moves concurrently.
   *
   * @param keep number of newest versions to keep; at least 1
   * @return numbers of the removed versions
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

  /** Deletes files left by dead writers. */
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

  /** The next number, above all existing and all referenced ones, since numbers are not reused. */
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
