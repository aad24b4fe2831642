/**
 * The Spark job that redacts corpora and tables.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.spark.redact;

import org.jspecify.annotations.NullMarked;
