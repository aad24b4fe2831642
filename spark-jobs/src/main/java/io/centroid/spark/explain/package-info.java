/** Explains predictions: of single examples in this JVM, of a data set as a Spark job. */
@NullMarked
package io.centroid.spark.explain;

import org.jspecify.annotations.NullMarked;
