package io.centroid.registry;

import io.centroid.registry.AliasRecord.Target;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows an alias: for a server that reloads when a version is promoted. While nothing moves, a
 * poll asks the file system one question and reads nothing. A poll that fails can be repeated; what
 * was found before still holds. One thread at a time.
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
   * What the alias stands for.
   *
   * @param since number of the record that moved it there: it differs after every move
   */
  public record Current(String alias, long since, StoredVersion version) {}

  /**
   * What the alias stands for now; empty if it was never moved. The same object comes again until
   * it moves.
   *
   * @throws io.centroid.InputException if its record or its version is damaged
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
