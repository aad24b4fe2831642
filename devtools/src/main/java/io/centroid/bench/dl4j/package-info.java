/**
 * DL4J's own parameter averaging as a contestant. Its classes load only where {@code
 * spark-jobs/target/dl4j/jars} is on the class path.
 */
@NullMarked
package io.centroid.bench.dl4j;

import org.jspecify.annotations.NullMarked;
