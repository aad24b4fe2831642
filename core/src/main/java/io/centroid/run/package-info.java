/** A training run: data, resume, training loop, result and metrics log. */
@NullMarked
package io.centroid.run;

import org.jspecify.annotations.NullMarked;
