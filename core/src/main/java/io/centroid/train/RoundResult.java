package io.centroid.train;

/**
 * A round after the workers met.
 *
 * @param parameters those that the next round starts from
 * @param examples seen by all workers together
 * @param loss mean training loss over them
 */
public record RoundResult(
    float[] parameters, Carried carried, long examples, double loss, RoundCost cost) {}
