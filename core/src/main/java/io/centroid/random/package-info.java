/**
 * Random numbers derived from a seed, a purpose and coordinates, without shared generators.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.random;

import org.jspecify.annotations.NullMarked;
