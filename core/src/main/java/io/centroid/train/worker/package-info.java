/**
 * The worker's side of a round: local steps, evaluation and prediction on a replica of the network.
 */
@NullMarked
package io.centroid.train.worker;

import org.jspecify.annotations.NullMarked;
