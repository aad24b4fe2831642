/**
 * What Centroid uses of Spark that Spark keeps to itself ({@code private[spark]}), behind plain
 * Java signatures; nothing else may. InternalApiTest exercises each call, so that a new version of
 * Spark fails there first.
 */
@NullMarked
package io.centroid.spark.internal;

import org.jspecify.annotations.NullMarked;
