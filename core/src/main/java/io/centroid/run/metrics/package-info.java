/** Metrics of a run, round by round, and the reporters that receive them. */
@NullMarked
package io.centroid.run.metrics;

import org.jspecify.annotations.NullMarked;
