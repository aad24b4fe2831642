/** Inner optimizers on flat vectors, learning rate schedules and gradient clipping. */
@NullMarked
package io.centroid.optim;

import org.jspecify.annotations.NullMarked;
