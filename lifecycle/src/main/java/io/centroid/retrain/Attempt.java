package io.centroid.retrain;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import io.centroid.registry.DataFile;
import io.centroid.retrain.data.DataIncrement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to do better than the champion, as its {@code state.json} tells: what was planned,
 * how far it has come and what was found.
 *
 * @param number from 1
 * @param trajectory identifies the configuration that decides the challenger's bits
 * @param fresh deliveries that are new in it
 * @param training deliveries that the challenger is trained on, in this order
 * @param champion version to do better than; 0 if there is none
 * @param championSince record that moved the alias there; 0 if there is none
 * @param ending the outcome once it is known
 * @param reasons for people
 * @param version that the challenger is registered as; 0 until it is
 * @param findings what the report tells: drift, metrics, comparison
 */
@JsonPropertyOrder({
  "attempt",
  "phase",
  "trajectory",
  "champion",
  "championSince",
  "version",
  "outcome",
  "reasons"
})
public record Attempt(
    @JsonProperty("attempt") int number,
    Phase phase,
    String trajectory,
    @JsonProperty("new") List<DataIncrement> fresh,
    List<DataIncrement> training,
    int champion,
    long championSince,
    @JsonProperty("outcome") @Nullable Outcome ending,
    List<String> reasons,
    int version,
    ObjectNode findings) {
  private static final ChecksummedJson FORM = new ChecksummedJson("format", 1);
  private static final int MOST_VERSIONS = 999_999_999;

  public Attempt {
    Json.require(number >= 1, "attempt", "1 or more");
    Json.require(
        champion >= 0 && champion <= MOST_VERSIONS, "champion", "from 0 to " + MOST_VERSIONS);
    Json.require(championSince >= 0, "championSince", "0 or more");
    Json.require(version >= 0 && version <= MOST_VERSIONS, "version", "from 0 to " + MOST_VERSIONS);
    fresh = List.copyOf(fresh);
    training = List.copyOf(training);
    reasons = List.copyOf(reasons);
    findings = findings.deepCopy();
  }

  /** How it ended, once that is known. */
  public Optional<Outcome> outcome() {
    return Optional.ofNullable(ending);
  }

  /**
   * Reads a state.
   *
   * @throws io.centroid.InputException one line that names the file and the key
   */
  public static Attempt parse(String file, byte[] json) {
    return FORM.read(file, json, Attempt.class);
  }

  /** Indented JSON in UTF-8 with a checksum. */
  public byte[] toJson() {
    return FORM.write(this);
  }

  Attempt at(Phase next) {
    return new Attempt(
        number,
        next,
        trajectory,
        fresh,
        training,
        champion,
        championSince,
        ending,
        reasons,
        version,
        findings);
  }

  Attempt found(String key, ObjectNode finding) {
    ObjectNode more = findings.deepCopy();
    more.set(key, finding);
    return new Attempt(
        number,
        phase,
        trajectory,
        fresh,
        training,
        champion,
        championSince,
        ending,
        reasons,
        version,
        more);
  }

  Attempt ends(Outcome how, List<String> why) {
    return new Attempt(
        number,
        phase,
        trajectory,
        fresh,
        training,
        champion,
        championSince,
        how,
        why,
        version,
        findings);
  }

  Attempt registered(int as) {
    return new Attempt(
        number,
        phase,
        trajectory,
        fresh,
        training,
        champion,
        championSince,
        ending,
        reasons,
        as,
        findings);
  }

  boolean isBefore(Phase other) {
    return phase.compareTo(other) < 0;
  }

  boolean endsWith(Outcome how) {
    return ending == how;
  }

  OptionalInt parent() {
    return champion == 0 ? OptionalInt.empty() : OptionalInt.of(champion);
  }

  /** The names below {@code data.path} to join. */
  List<String> trainingParts() {
    return training.stream().flatMap(delivery -> delivery.parts().stream()).toList();
  }

  /** Every file that the challenger is trained on. */
  List<DataFile> trainingFiles() {
    List<DataFile> all = new ArrayList<>();
    training.forEach(delivery -> all.addAll(delivery.files()));
    return all;
  }
}
