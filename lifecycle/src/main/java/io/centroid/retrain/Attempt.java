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
 * The state of one retraining attempt, stored in {@code state.json}: its plan, its phase and its
 * findings.
 *
 * @param number number of the attempt, from 1
 * @param phase last completed phase
 * @param trajectory hash of the configuration keys that determine the challenger
 * @param fresh new data increments
 * @param training data increments of the training data, in order
 * @param champion version to compare with; 0 if there is none
 * @param championSince number of the record that moved the alias to the champion; 0 if there is
 *     none
 * @param outcomeOrNull outcome; null until it is known
 * @param reasons explanations of the outcome for users
 * @param version version of the registered challenger; 0 until then
 * @param findings content of the report: drift, metrics, comparison
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
    @JsonProperty("outcome") @Nullable Outcome outcomeOrNull,
    List<String> reasons,
    int version,
    ObjectNode findings) {
  private static final ChecksummedJson FORM = new ChecksummedJson("format", 1);
  private static final int MAX_VERSIONS = 999_999_999;

  public Attempt {
    Json.require(number >= 1, "attempt", "1 or more");
    Json.require(
        champion >= 0 && champion <= MAX_VERSIONS, "champion", "from 0 to " + MAX_VERSIONS);
    Json.require(championSince >= 0, "championSince", "0 or more");
    Json.require(version >= 0 && version <= MAX_VERSIONS, "version", "from 0 to " + MAX_VERSIONS);
    fresh = List.copyOf(fresh);
    training = List.copyOf(training);
    reasons = List.copyOf(reasons);
    findings = findings.deepCopy();
  }

  /** The outcome; empty until it is known. */
  public Optional<Outcome> outcome() {
    return Optional.ofNullable(outcomeOrNull);
  }

  /**
   * Parses {@code state.json}.
   *
   * @throws io.centroid.error.InputException if the content is not a valid state
   */
  public static Attempt parse(String file, byte[] json) {
    return FORM.read(file, json, Attempt.class);
  }

  /** Indented JSON in UTF-8 with a checksum. */
  public byte[] toJson() {
    return FORM.write(this);
  }

  Attempt atPhase(Phase next) {
    return new Attempt(
        number,
        next,
        trajectory,
        fresh,
        training,
        champion,
        championSince,
        outcomeOrNull,
        reasons,
        version,
        findings);
  }

  Attempt withFinding(String key, ObjectNode finding) {
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
        outcomeOrNull,
        reasons,
        version,
        more);
  }

  Attempt withOutcome(Outcome how, List<String> why) {
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

  Attempt withVersion(int as) {
    return new Attempt(
        number,
        phase,
        trajectory,
        fresh,
        training,
        champion,
        championSince,
        outcomeOrNull,
        reasons,
        as,
        findings);
  }

  boolean isBefore(Phase other) {
    return phase.compareTo(other) < 0;
  }

  boolean hasOutcome(Outcome how) {
    return outcomeOrNull == how;
  }

  OptionalInt parent() {
    return champion == 0 ? OptionalInt.empty() : OptionalInt.of(champion);
  }

  /** The paths below {@code data.path} of the training data. */
  List<String> trainingParts() {
    return training.stream().flatMap(increment -> increment.parts().stream()).toList();
  }

  /** The files of the training data. */
  List<DataFile> trainingFiles() {
    List<DataFile> all = new ArrayList<>();
    training.forEach(increment -> all.addAll(increment.files()));
    return all;
  }
}
