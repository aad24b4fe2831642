/** Flat vectors outside the heap, and the CPU operations that networks are written on. */
@NullMarked
package io.centroid.nn.kernels;

import org.jspecify.annotations.NullMarked;
