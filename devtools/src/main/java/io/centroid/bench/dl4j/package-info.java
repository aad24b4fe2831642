/**
 * Benchmark of DL4J's own parameter averaging. Its classes need {@code dist/target/lib/dl4j-spark}
 * on the class path.
 */
@NullMarked
package io.centroid.bench.dl4j;

import org.jspecify.annotations.NullMarked;
