/**
 * How far one population is from another: shares of bins, their population stability index and
 * their Jensen-Shannon divergence.
 */
@NullMarked
package io.centroid.drift;

import org.jspecify.annotations.NullMarked;
