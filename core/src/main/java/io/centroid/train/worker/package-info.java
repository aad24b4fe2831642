/**
 * The worker's side of a round: local steps, evaluation and prediction on a replica of the network.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.train.worker;

import org.jspecify.annotations.NullMarked;
