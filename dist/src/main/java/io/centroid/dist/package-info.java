/** The entry point of the distribution. */
@NullMarked
package io.centroid.dist;

import org.jspecify.annotations.NullMarked;
