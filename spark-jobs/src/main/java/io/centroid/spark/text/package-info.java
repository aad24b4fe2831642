/** Text on Spark: corpora encoded, tokenizers trained. */
@NullMarked
package io.centroid.spark.text;

import org.jspecify.annotations.NullMarked;
