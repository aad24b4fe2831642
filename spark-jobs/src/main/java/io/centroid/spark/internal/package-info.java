/** The calls into Spark's private API, all of them. */
@NullMarked
package io.centroid.spark.internal;

import org.jspecify.annotations.NullMarked;
