package io.centroid.registry;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.centroid.InputErrors;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One change of a model's aliases, and all that holds after it: the record with the highest number
 * is the truth. Records are numbered without a gap and never changed; only one writer can put the
 * next one, so what a writer read is still so when its record is there. Removals of versions are
 * records of the same row, so that none can slip in between an alias's move and its version.
 *
 * @param number from 1
 * @param at when it was written, in the writer's time
 * @param by who wrote it
 * @param id of this writing alone
 * @param aliases where each alias stands after the change
 * @param removing versions that are being removed and can have no alias any more
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AliasRecord(
    String model,
    @JsonProperty("record") long number,
    Instant at,
    String by,
    String id,
    Change change,
    Map<String, Target> aliases,
    Set<Integer> removing) {
  /** The only format version that this code reads and writes. */
  public static final int FORMAT = 1;

  private static final ChecksummedJson FORM = new ChecksummedJson("format", FORMAT);

  public AliasRecord {
    Names.requireName("model", model);
    Json.require(number >= 1, "record", "1 or more");
    by = InputErrors.shorten(by);
    for (Map.Entry<String, Target> alias : aliases.entrySet()) {
      Names.require("aliases: an alias", alias.getKey());
      Json.requireEntry(
          alias.getValue().since <= number,
          "aliases",
          alias.getKey(),
          "since at most record " + number);
    }
    removing.forEach(version -> Names.requireVersion("removing", version));
    aliases = Collections.unmodifiableMap(new TreeMap<>(aliases));
    removing = Collections.unmodifiableSet(new TreeSet<>(removing));
  }

  /**
   * Where an alias stands.
   *
   * @param since number of the record that moved it there
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Target(int version, long since) {
    public Target {
      Names.requireVersion("version", version);
      Json.require(since >= 1, "since", "1 or more");
    }
  }

  /**
   * What a record changes.
   *
   * @param alias that moves; empty for a removal
   * @param versions the one that it moves to, or those that are removed
   * @param reason for people
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Change(
      Kind kind,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String alias,
      List<Integer> versions,
      String reason) {
    public Change {
      versions = List.copyOf(versions);
      versions.forEach(version -> Names.requireVersion("versions", version));
      if (kind != Kind.REMOVE) {
        Json.require(versions.size() == 1, "versions", "one version");
        Names.requireName("alias", alias);
      }
    }

    /** As it is recorded: a removal has no alias. */
    @JsonCreator
    static Change recorded(
        @JsonProperty("kind") Kind kind,
        @JsonProperty("alias") @Nullable String alias,
        @JsonProperty("versions") SortedSet<Integer> versions,
        @JsonProperty("reason") String reason) {
      return new Change(
          kind, kind == Kind.REMOVE || alias == null ? "" : alias, List.copyOf(versions), reason);
    }

    /** Whether it moves the alias, forwards or back. */
    public boolean moves(String name) {
      return kind != Kind.REMOVE && alias.equals(name);
    }

    /** The version that the alias moves to. */
    public int version() {
      return versions.get(0);
    }
  }

  /** The kinds of changes. */
  public enum Kind {
    /** An alias moves to a version. */
    MOVE,
    /** An alias goes back to the version that it stood for before. */
    ROLLBACK,
    /** Versions without an alias are removed for good. */
    REMOVE;

    /** As files and people have it. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads a record. Keys that this version does not know are ignored.
   *
   * @param file names it in messages
   * @throws io.centroid.InputException one line that names the file and the key
   */
  public static AliasRecord parse(String file, byte[] json) {
    return FORM.read(file, json, AliasRecord.class);
  }

  /** The record as indented JSON in UTF-8 with a checksum. */
  public byte[] toJson() {
    return FORM.write(this);
  }
}
