package io.centroid.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A rollback to the last good checkpoint after training diverged.
 *
 * @param number index of the rollback in the run, from 1
 * @param round index of the diverged round
 * @param toStep step of the checkpoint
 * @param learningRateScale factor of all later learning rates
 * @param reason one line
 */
@JsonPropertyOrder({"number", "divergedInRound", "toStep", "learningRateScale", "reason"})
public record Rollback(
    int number,
    @JsonProperty("divergedInRound") long round,
    long toStep,
    double learningRateScale,
    String reason) {}
