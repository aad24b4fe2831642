/**
 * DL4J's own parameter averaging as a contestant. Its classes load only where {@code
 * dist/target/lib/dl4j-spark} is on the class path.
 */
@NullMarked
package io.centroid.bench.dl4j;

import org.jspecify.annotations.NullMarked;
