/** The cost of a round, fitted and extrapolated to larger clusters. */
@NullMarked
package io.centroid.bench.scaling;

import org.jspecify.annotations.NullMarked;
