/**
 * What one worker computes in a round: local steps, evaluation, prediction, on a replica of the
 * network.
 */
@NullMarked
package io.centroid.train.worker;

import org.jspecify.annotations.NullMarked;
