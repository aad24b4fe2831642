/** Texts on Spark: tokenizers learned from a corpus. */
@NullMarked
package io.centroid.spark.text;

import org.jspecify.annotations.NullMarked;
