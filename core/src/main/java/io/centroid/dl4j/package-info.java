/**
 * The engine that runs DL4J's networks on ND4J, and DL4J's own formats.
 *
 * <p>Start with {@link io.centroid.dl4j.Dl4jEngine}.
 */
@NullMarked
package io.centroid.dl4j;

import org.jspecify.annotations.NullMarked;
