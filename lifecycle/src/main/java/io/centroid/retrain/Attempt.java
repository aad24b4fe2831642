package io.centroid.retrain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.io.ChecksummedJson;
import io.centroid.registry.DataFile;
import io.centroid.retrain.data.DataIncrement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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
 * @param outcome once it is known
 * @param reasons for people
 * @param version that the challenger is registered as; 0 until it is
 * @param findings what the report tells: drift, metrics, comparison
 */
public record Attempt(
    int number,
    Phase phase,
    String trajectory,
    List<DataIncrement> fresh,
    List<DataIncrement> training,
    int champion,
    long championSince,
    Optional<Outcome> outcome,
    List<String> reasons,
    int version,
    ObjectNode findings) {
  public Attempt {
    fresh = List.copyOf(fresh);
    training = List.copyOf(training);
    reasons = List.copyOf(reasons);
    findings = findings.deepCopy();
  }

  /**
   * Reads a state.
   *
   * @throws io.centroid.InputException one line that names the file and the key
   */
  public static Attempt parse(String file, byte[] json) {
    return ChecksummedJson.read(file, json, AttemptJson.class, AttemptJson::toAttempt);
  }

  /** Indented JSON in UTF-8 with a checksum. */
  public byte[] toJson() {
    return ChecksummedJson.write(AttemptJson.of(this));
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
        outcome,
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
        outcome,
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
        Optional.of(how),
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
        outcome,
        reasons,
        as,
        findings);
  }

  boolean isBefore(Phase other) {
    return phase.compareTo(other) < 0;
  }

  boolean endsWith(Outcome how) {
    return outcome.isPresent() && outcome.get() == how;
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
