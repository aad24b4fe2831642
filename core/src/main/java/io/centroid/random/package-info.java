/**
 * Random numbers that derive from a seed, a purpose and coordinates, never from a shared generator.
 */
@NullMarked
package io.centroid.random;

import org.jspecify.annotations.NullMarked;
