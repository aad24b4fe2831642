/** The training loop, its state, and the workers that run its rounds. */
@NullMarked
package io.centroid.train;

import org.jspecify.annotations.NullMarked;
