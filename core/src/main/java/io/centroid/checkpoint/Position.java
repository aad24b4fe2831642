package io.centroid.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.io.Json;

/**
 * The position of a run in its data.
 *
 * @param epoch number of completed epochs
 * @param stepInEpoch number of steps per worker in the current epoch
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Position(long epoch, long stepInEpoch) {
  public Position {
    Json.require(epoch >= 0, "epoch", "0 or more");
    Json.require(stepInEpoch >= 0, "stepInEpoch", "0 or more");
  }
}
