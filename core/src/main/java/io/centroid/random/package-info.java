/** Random numbers derived from a seed, a purpose and coordinates, without shared generators. */
@NullMarked
package io.centroid.random;

import org.jspecify.annotations.NullMarked;
