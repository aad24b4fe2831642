/** Spark jobs that tokenize corpora and train tokenizers. */
@NullMarked
package io.centroid.spark.text;

import org.jspecify.annotations.NullMarked;
