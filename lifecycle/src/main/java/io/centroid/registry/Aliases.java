package io.centroid.registry;

import io.centroid.InputException;
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
 * The names of a model's versions. A move is one record that is put only where none is: it happens
 * wholly or not at all, and of two at once one is told. Thread-safe.
 */
public final class Aliases {
  /** The version that is served. */
  public static final String CHAMPION = "champion";

  /** The version that was last compared with it. */
  public static final String CHALLENGER = "challenger";

  /** Far more than writers that could be at it; each loss means that another one moved on. */
  private static final int MOST_ATTEMPTS = 10_000;

  private final AliasLog log;
  private final VersionFolder versions;
  private final String model;
  private final String by;
  private final Clock clock;

  Aliases(AliasLog log, VersionFolder versions, String model, String by, Clock clock) {
    this.log = log;
    this.versions = versions;
    this.model = model;
    this.by = by;
    this.clock = clock;
  }

  /** Where all aliases stand, by name. */
  public Map<String, Target> all() throws IOException {
    return log.newest().map(AliasRecord::aliases).orElse(Map.of());
  }

  /** Where an alias stands; empty if it was never moved. */
  public Optional<Target> current(String alias) throws IOException {
    return Optional.ofNullable(all().get(Names.require("an alias", alias)));
  }

  /** Every record by rising number, removals included. */
  public List<AliasRecord> history() throws IOException {
    return log.all();
  }

  /** Moves an alias to a version, wherever it stands. */
  public Target move(String alias, int version, String reason) throws IOException {
    return moved(alias, version, OptionalLong.empty(), reason);
  }

  /**
   * Moves an alias to a version if it stands where the mover saw it. A move that was made already
   * is left as it is, so that it can be repeated.
   *
   * @param expectedSince {@link Target#since} as it was seen; 0 if the alias was not there
   * @throws AliasConflictException if somebody moved it meanwhile
   * @throws InputException if there is no such version
   */
  public Target move(String alias, int version, long expectedSince, String reason)
      throws IOException {
    return moved(alias, version, OptionalLong.of(expectedSince), reason);
  }

  private Target moved(String alias, int version, OptionalLong expectedSince, String reason)
      throws IOException {
    Names.require("an alias", alias);
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Optional<AliasRecord> newest = log.newest();
      Optional<Target> now = newest.map(record -> record.aliases().get(alias));
      if (now.isPresent() && now.get().version() == version) {
        return now.get();
      }
      requireExpected(alias, now, expectedSince);
      requireThere(version, newest);
      if (put(newest, new Change(Kind.MOVE, alias, List.of(version), reason))) {
        return new Target(version, next(newest));
      }
    }
    throw tooMany();
  }

  /**
   * Moves an alias back to the version that it stood for before; repeated, it goes further back.
   *
   * @throws InputException if there is none, or it was removed
   */
  public Target rollback(String alias, String reason) throws IOException {
    Names.require("an alias", alias);
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Optional<AliasRecord> newest = log.newest();
      int version =
          before(alias, newest)
              .orElseThrow(
                  () ->
                      new InputException(
                          "%s of %s stood for no other version before".formatted(alias, model)));
      requireThere(version, newest);
      if (put(newest, new Change(Kind.ROLLBACK, alias, List.of(version), reason))) {
        return new Target(version, next(newest));
      }
    }
    throw tooMany();
  }

  /** The version that a rollback would bring back. */
  public OptionalInt before(String alias) throws IOException {
    return before(alias, log.newest());
  }

  /**
   * Declares versions removed, as far as no alias stands for them or could be rolled back to them.
   *
   * @return those that are to be deleted now, with what an earlier removal did not get to
   */
  Set<Integer> release(Set<Integer> candidates) throws IOException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Optional<AliasRecord> newest = log.newest();
      Set<Integer> released = new TreeSet<>(candidates);
      Map<String, Target> aliases = newest.map(AliasRecord::aliases).orElse(Map.of());
      for (Map.Entry<String, Target> alias : aliases.entrySet()) {
        released.remove(alias.getValue().version());
        before(alias.getKey(), newest).ifPresent(released::remove);
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

  /** Versions that are being removed. */
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

  /** A move puts a version on the pile, a rollback takes one off. */
  private OptionalInt before(String alias, Optional<AliasRecord> newest) throws IOException {
    Deque<Integer> pile = new ArrayDeque<>();
    for (AliasRecord record : log.all()) {
      if (newest.isEmpty() || record.number() > newest.get().number()) {
        break;
      }
      if (record.change().moves(alias)) {
        switch (record.change().kind()) {
          case MOVE -> pile.push(record.change().version());
          case ROLLBACK -> pile.poll();
          case REMOVE -> {}
        }
      }
    }
    pile.poll();
    return pile.isEmpty() ? OptionalInt.empty() : OptionalInt.of(pile.peek());
  }

  /** The version is looked for after the record was read: what is removed by then is gone. */
  private void requireThere(int version, Optional<AliasRecord> newest) throws IOException {
    if (removing(newest).contains(version) || !versions.exists(version)) {
      throw new InputException(
          "%s has no version %d: %s holds %s"
              .formatted(model, version, versions.folder(), versions.described()));
    }
  }

  private static void requireExpected(
      String alias, Optional<Target> now, OptionalLong expectedSince) {
    long since = now.map(Target::since).orElse(0L);
    if (expectedSince.isPresent() && expectedSince.getAsLong() != since) {
      throw new AliasConflictException(
          "%s was moved by another: expected it as of record %d, found %s"
              .formatted(
                  alias,
                  expectedSince.getAsLong(),
                  now.map(at -> "version " + at.version() + " as of record " + at.since())
                      .orElse("that it was never moved")));
    }
  }

  private static long next(Optional<AliasRecord> newest) {
    return newest.map(AliasRecord::number).orElse(0L) + 1;
  }

  private IOException tooMany() {
    return new IOException("too many writers move the aliases in " + log.folder());
  }
}
