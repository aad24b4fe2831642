package io.centroid.registry;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.centroid.error.InputErrors;
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
 * One change of a model's aliases and the state of all aliases after it. The record with the
 * highest number is current. Records are numbered without gaps and immutable. Only one writer can
 * append the next record, so the state that a writer read is still current when its record is
 * appended. Removals of versions are records of the same log, so a version cannot be removed while
 * an alias moves to it.
 *
 * @param number number of the record, from 1
 * @param at time of writing by the writer's clock
 * @param by user that wrote the record
 * @param id unique ID of the record
 * @param aliases target of each alias after the change
 * @param removing versions that are being removed; no alias can move to them
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
   * The version that an alias points to.
   *
   * @param since number of the record that moved the alias there
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Target(int version, long since) {
    public Target {
      Names.requireVersion("version", version);
      Json.require(since >= 1, "since", "1 or more");
    }
  }

  /**
   * The change that a record makes.
   *
   * @param alias alias that moves; empty for a removal
   * @param versions the version that the alias moves to, or the removed versions
   * @param reason explanation for users
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

    /** Reads a change from JSON, where a removal has no alias. */
    @JsonCreator
    static Change recorded(
        @JsonProperty("kind") Kind kind,
        @JsonProperty("alias") @Nullable String alias,
        @JsonProperty("versions") SortedSet<Integer> versions,
        @JsonProperty("reason") String reason) {
      return new Change(
          kind, kind == Kind.REMOVE || alias == null ? "" : alias, List.copyOf(versions), reason);
    }

    /** Whether the change moves the alias, by a move or a rollback. */
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
    /** An alias moves back to its previous version. */
    ROLLBACK,
    /** Versions without an alias are removed. */
    REMOVE;

    /** The spelling in files and output. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads a record. Unknown keys are ignored.
   *
   * @param file name of the file in messages
   * @throws io.centroid.error.InputException if the content is not a valid record
   */
  public static AliasRecord parse(String file, byte[] json) {
    return FORM.read(file, json, AliasRecord.class);
  }

  /** The record as indented JSON in UTF-8 with a checksum. */
  public byte[] toJson() {
    return FORM.write(this);
  }
}
