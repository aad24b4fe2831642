package io.centroid.registry;

import io.centroid.error.InputException;
import io.centroid.registry.AliasRecord.Change;
import io.centroid.registry.AliasRecord.Kind;
import io.centroid.registry.AliasRecord.Target;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The aliases of a model's versions. A move appends one record with put-if-absent: it is atomic,
 * and of two concurrent moves one fails. Thread-safe.
 */
public final class Aliases {
  /** The alias of the version in production. */
  public static final String CHAMPION = "champion";

  /** The alias of the version that was last compared with the champion. */
  public static final String CHALLENGER = "challenger";

  /** Far more than concurrent writers; each failed attempt means that another writer succeeded. */
  private static final int MAX_ATTEMPTS = 10_000;

  private final AliasLog log;
  private final VersionFolder versions;
  private final String model;
  private final String by;
  private final Clock clock;
  private final Gate gate;

  Aliases(AliasLog log, VersionFolder versions, String model, String by, Clock clock, Gate gate) {
    this.log = log;
    this.versions = versions;
    this.model = model;
    this.by = by;
    this.clock = clock;
    this.gate = gate;
  }

  /** Decides which versions an alias may move to, by a move or a rollback. */
  public interface Gate {
    /**
     * Checks an existing version.
     *
     * @throws InputException if no alias may move to it
     */
    void require(int version) throws IOException;
  }

  /** The targets of all aliases by name. */
  public Map<String, Target> all() throws IOException {
    return log.newest().map(AliasRecord::aliases).orElse(Map.of());
  }

  /** The target of an alias; empty if it does not exist. */
  public Optional<Target> current(String alias) throws IOException {
    return Optional.ofNullable(all().get(Names.require("an alias", alias)));
  }

  /** All records in ascending order, including removals. */
  public List<AliasRecord> history() throws IOException {
    return log.all();
  }

  /** Moves an alias to a version unconditionally. */
  public Target move(String alias, int version, String reason) throws IOException {
    return moved(alias, version, OptionalLong.empty(), reason);
  }

  /**
   * Moves an alias to a version if its target has not changed since it was read (compare-and-set).
   * Idempotent: a move to the current target succeeds.
   *
   * @param expectedSince {@link Target#since} as read before; 0 if the alias did not exist
   * @throws AliasConflictException if another writer moved the alias meanwhile
   * @throws InputException if the version does not exist, or the registry's gate refuses it
   */
  public Target move(String alias, int version, long expectedSince, String reason)
      throws IOException {
    return moved(alias, version, OptionalLong.of(expectedSince), reason);
  }

  private Target moved(String alias, int version, OptionalLong expectedSince, String reason)
      throws IOException {
    Names.require("an alias", alias);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Optional<AliasRecord> newest = log.newest();
      Optional<Target> now = newest.map(record -> record.aliases().get(alias));
      if (now.isPresent() && now.get().version() == version) {
        gate.require(version);
        return now.get();
      }
      requireExpected(alias, now, expectedSince);
      requireExists(version, newest);
      gate.require(version);
      if (put(newest, new Change(Kind.MOVE, alias, List.of(version), reason))) {
        return new Target(version, next(newest));
      }
    }
    throw tooMany();
  }

  /**
   * Moves an alias back to its previous version. Repeated calls go further back.
   *
   * @throws InputException if there is no previous version, it was removed, or the registry's gate
   *     refuses it
   */
  public Target rollback(String alias, String reason) throws IOException {
    Names.require("an alias", alias);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Optional<AliasRecord> newest = log.newest();
      int version =
          previous(alias, newest)
              .orElseThrow(
                  () ->
                      new InputException(
                          "%s of %s has no previous version".formatted(alias, model)));
      requireExists(version, newest);
      gate.require(version);
      if (put(newest, new Change(Kind.ROLLBACK, alias, List.of(version), reason))) {
        return new Target(version, next(newest));
      }
    }
    throw tooMany();
  }

  /** The version that a rollback would restore. */
  public OptionalInt previous(String alias) throws IOException {
    return previous(alias, log.newest());
  }

  /**
   * Marks versions as removed, except those that an alias points to or would be rolled back to.
   *
   * @return versions to delete, including those left by an interrupted removal
   */
  Set<Integer> release(Set<Integer> candidates) throws IOException {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Optional<AliasRecord> newest = log.newest();
      Set<Integer> released = new TreeSet<>(candidates);
      Map<String, Target> aliases = newest.map(AliasRecord::aliases).orElse(Map.of());
      for (Map.Entry<String, Target> alias : aliases.entrySet()) {
        released.remove(alias.getValue().version());
        previous(alias.getKey(), newest).ifPresent(released::remove);
      }
      Set<Integer> removing = removing(newest);
      released.removeAll(removing);
      if (released.isEmpty()) {
        return removing;
      }
      if (put(newest, new Change(Kind.REMOVE, "", List.copyOf(released), "retention"))) {
        released.addAll(removing);
        return released;
      }
    }
    throw tooMany();
  }

  /** The versions that are being removed. */
  Set<Integer> removing() throws IOException {
    return removing(log.newest());
  }

  private static Set<Integer> removing(Optional<AliasRecord> newest) {
    return newest.map(AliasRecord::removing).orElse(Set.of());
  }

  private boolean put(Optional<AliasRecord> newest, Change change) throws IOException {
    long number = next(newest);
    Map<String, Target> aliases = new TreeMap<>(newest.map(AliasRecord::aliases).orElse(Map.of()));
    Set<Integer> removing = new TreeSet<>();
    for (int version : removing(newest)) {
      if (versions.exists(version)) {
        removing.add(version);
      }
    }
    switch (change.kind()) {
      case MOVE, ROLLBACK -> aliases.put(change.alias(), new Target(change.version(), number));
      case REMOVE -> removing.addAll(change.versions());
    }
    return log.put(
        new AliasRecord(
            model,
            number,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            by,
            UUID.randomUUID().toString(),
            change,
            aliases,
            removing));
  }

  /** Replays the log as a stack: a move pushes a version, a rollback pops one. */
  private OptionalInt previous(String alias, Optional<AliasRecord> newest) throws IOException {
    Deque<Integer> stack = new ArrayDeque<>();
    for (AliasRecord record : log.all()) {
      if (newest.isEmpty() || record.number() > newest.get().number()) {
        break;
      }
      if (record.change().moves(alias)) {
        switch (record.change().kind()) {
          case MOVE -> stack.push(record.change().version());
          case ROLLBACK -> stack.poll();
          case REMOVE -> {}
        }
      }
    }
    stack.poll();
    return stack.isEmpty() ? OptionalInt.empty() : OptionalInt.of(stack.peek());
  }

  /** Checks for the version after the record was read, so that removed versions are detected. */
  private void requireExists(int version, Optional<AliasRecord> newest) throws IOException {
    if (removing(newest).contains(version) || !versions.exists(version)) {
      throw new InputException(
          "%s has no version %s: %s contains %s"
              .formatted(model, version, versions.folder(), versions.described()));
    }
  }

  private static void requireExpected(
      String alias, Optional<Target> now, OptionalLong expectedSince) {
    long since = now.map(Target::since).orElse(0L);
    if (expectedSince.isPresent() && expectedSince.getAsLong() != since) {
      throw new AliasConflictException(
          "%s was moved by another writer: expected record %s, found %s"
              .formatted(
                  alias,
                  expectedSince.getAsLong(),
                  now.map(at -> "record " + at.since() + " (version " + at.version() + ")")
                      .orElse("no such alias")));
    }
  }

  private static long next(Optional<AliasRecord> newest) {
    return newest.map(AliasRecord::number).orElse(0L) + 1;
  }

  private IOException tooMany() {
    return new IOException("too many writers move the aliases in " + log.folder());
  }
}
