/** Flat vectors and the few operations that models and optimizers are written on. */
@NullMarked
package io.centroid.kernels;

import org.jspecify.annotations.NullMarked;
