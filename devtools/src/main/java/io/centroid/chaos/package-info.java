/**
 * Trains on a development cluster while processes are killed at random, and compares the parameters
 * with those of a run that nothing disturbed. Start with {@link io.centroid.chaos.ChaosRun}.
 */
@NullMarked
package io.centroid.chaos;

import org.jspecify.annotations.NullMarked;
