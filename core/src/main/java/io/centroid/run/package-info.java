/**
 * Puts the parts together: from a configuration to a trained run directory, and from a checkpoint
 * back to a model. Start at {@link io.centroid.run.TrainingRun}.
 */
@NullMarked
package io.centroid.run;

import org.jspecify.annotations.NullMarked;
