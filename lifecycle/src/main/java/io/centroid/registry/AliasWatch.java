package io.centroid.registry;

import io.centroid.registry.AliasRecord.Target;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Polls an alias for changes, so that a server can reload when a version is promoted. While the
 * alias does not move, a poll is one file system request without reading. A failed poll can be
 * repeated and keeps the previous result. Not thread-safe.
 */
public final class AliasWatch {
  private final AliasLog log;
  private final VersionFolder versions;
  private final String alias;
  private @Nullable AliasRecord known;
  private @Nullable Current current;

  AliasWatch(AliasLog log, VersionFolder versions, String alias) {
    this.log = log;
    this.versions = versions;
    this.alias = alias;
  }

  /**
   * The current target of the alias.
   *
   * @param since number of the record that moved the alias there; differs after every move
   */
  public record Current(String alias, long since, StoredVersion version) {}

  /**
   * The current target of the alias; empty if the alias does not exist. Returns the same object
   * until the alias moves.
   *
   * @throws io.centroid.error.InputException if the record or the version is damaged
   */
  public Optional<Current> poll() throws IOException {
    AliasRecord now = known == null ? log.newest().orElse(null) : log.newestAfter(known);
    if (now == null) {
      return Optional.empty();
    }
    Target target = now.aliases().get(alias);
    if (target != null && (current == null || current.since() != target.since())) {
      current = new Current(alias, target.since(), versions.read(target.version()));
    }
    known = now;
    return Optional.ofNullable(current);
  }
}
