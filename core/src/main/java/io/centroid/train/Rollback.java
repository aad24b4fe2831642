package io.centroid.train;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A return to the last good checkpoint after the training diverged.
 *
 * @param number counted from 1 over the whole run
 * @param round the round that diverged
 * @param toStep the step that the run went back to
 * @param rateScale what rates are multiplied by from there on
 * @param reason one line
 */
public record Rollback(
    int number,
    @JsonProperty("divergedInRound") long round,
    long toStep,
    double rateScale,
    String reason) {}
