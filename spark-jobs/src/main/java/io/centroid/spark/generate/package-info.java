/** Text generation and scoring for the lines of a file, as a Spark job. */
@NullMarked
package io.centroid.spark.generate;

import org.jspecify.annotations.NullMarked;
