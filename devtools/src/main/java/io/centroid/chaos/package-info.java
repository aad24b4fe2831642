/**
 * Fault injection: trains on a development cluster while processes are killed at random, and
 * compares the parameters with those of an undisturbed run. Start at {@link
 * io.centroid.chaos.ChaosRun}.
 */
@NullMarked
package io.centroid.chaos;

import org.jspecify.annotations.NullMarked;
