/**
 * Spark jobs that tokenize corpora and train tokenizers.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.spark.text;

import org.jspecify.annotations.NullMarked;
