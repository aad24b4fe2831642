/**
 * The loop: rounds of local steps on every worker, their mean, the outer step. Start at {@link
 * io.centroid.train.TrainingLoop}.
 */
@NullMarked
package io.centroid.train;

import org.jspecify.annotations.NullMarked;
