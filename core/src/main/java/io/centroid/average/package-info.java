/** How the workers' deltas become one: folded in worker order, weighted by the examples seen. */
@NullMarked
package io.centroid.average;

import org.jspecify.annotations.NullMarked;
