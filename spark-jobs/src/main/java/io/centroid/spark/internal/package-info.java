/** All uses of Spark's private API. */
@NullMarked
package io.centroid.spark.internal;

import org.jspecify.annotations.NullMarked;
