/** Language models at work on the lines of a file, as a Spark job. */
@NullMarked
package io.centroid.spark.generate;

import org.jspecify.annotations.NullMarked;
