/**
 * Every parser of this project that reads bytes from outside, as a test of Jazzer's: on the seeds
 * with every build, and guided by coverage with {@code make fuzz}.
 */
@NullMarked
package io.centroid.fuzz;

import org.jspecify.annotations.NullMarked;
