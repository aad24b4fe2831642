/** Text on Spark: corpora encoded, tokenizers learned. */
@NullMarked
package io.centroid.spark.text;

import org.jspecify.annotations.NullMarked;
