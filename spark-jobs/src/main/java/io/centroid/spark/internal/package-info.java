/**
 * All uses of Spark's private API.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.spark.internal;

import org.jspecify.annotations.NullMarked;
