/**
 * A round's aggregation: the weighted mean of the workers' deltas and the outer optimizer's step.
 */
@NullMarked
package io.centroid.averaging;

import org.jspecify.annotations.NullMarked;
