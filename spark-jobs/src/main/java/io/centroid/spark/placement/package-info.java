/**
 * Which executor runs which worker.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.spark.placement;

import org.jspecify.annotations.NullMarked;
