/**
 * Off-heap vectors and the CPU kernels of the networks.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.nn.kernels;

import org.jspecify.annotations.NullMarked;
