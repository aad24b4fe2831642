/**
 * Text generation and scoring for the lines of a file, as a Spark job.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.spark.generate;

import org.jspecify.annotations.NullMarked;
