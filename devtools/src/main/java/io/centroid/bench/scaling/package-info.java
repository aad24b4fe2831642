/** Cost model of a round, fitted on this machine and extrapolated to larger clusters. */
@NullMarked
package io.centroid.bench.scaling;

import org.jspecify.annotations.NullMarked;
