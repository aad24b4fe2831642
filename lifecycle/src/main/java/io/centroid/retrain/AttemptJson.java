package io.centroid.retrain;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.io.Json;
import io.centroid.retrain.data.DataIncrement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code state.json}'s form. */
record AttemptJson(
    int format,
    int attempt,
    Phase phase,
    String trajectory,
    int champion,
    long championSince,
    int version,
    @Nullable Outcome outcome,
    List<String> reasons,
    @JsonProperty("new") List<DataIncrement> fresh,
    List<DataIncrement> training,
    ObjectNode findings) {
  private static final int FORMAT = 1;
  private static final int MOST_VERSIONS = 999_999_999;

  AttemptJson {
    Json.require(format == FORMAT, "format", String.valueOf(FORMAT));
    Json.require(attempt >= 1, "attempt", "1 or more");
    Json.require(
        champion >= 0 && champion <= MOST_VERSIONS, "champion", "from 0 to " + MOST_VERSIONS);
    Json.require(championSince >= 0, "championSince", "0 or more");
    Json.require(version >= 0 && version <= MOST_VERSIONS, "version", "from 0 to " + MOST_VERSIONS);
  }

  static AttemptJson of(Attempt attempt) {
    return new AttemptJson(
        FORMAT,
        attempt.number(),
        attempt.phase(),
        attempt.trajectory(),
        attempt.champion(),
        attempt.championSince(),
        attempt.version(),
        attempt.outcome().orElse(null),
        attempt.reasons(),
        attempt.fresh(),
        attempt.training(),
        attempt.findings());
  }

  Attempt toAttempt() {
    return new Attempt(
        attempt,
        phase,
        trajectory,
        fresh,
        training,
        champion,
        championSince,
        Optional.ofNullable(outcome),
        reasons,
        version,
        findings);
  }
}
