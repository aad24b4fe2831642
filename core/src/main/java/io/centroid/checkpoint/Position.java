package io.centroid.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.io.Json;

/**
 * Where in the data the run stands.
 *
 * @param epoch full passes over the data that are finished
 * @param stepInEpoch steps of each worker taken in the current pass
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Position(long epoch, long stepInEpoch) {
  public Position {
    Json.require(epoch >= 0, "epoch", "0 or more");
    Json.require(stepInEpoch >= 0, "stepInEpoch", "0 or more");
  }
}
