/** Off-heap vectors and the CPU kernels of the networks. */
@NullMarked
package io.centroid.nn.kernels;

import org.jspecify.annotations.NullMarked;
