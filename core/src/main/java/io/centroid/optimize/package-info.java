/**
 * Optimizers on flat vectors, rate schedules and clipping for the local steps, and the outer step
 * between rounds.
 */
@NullMarked
package io.centroid.optimize;

import org.jspecify.annotations.NullMarked;
