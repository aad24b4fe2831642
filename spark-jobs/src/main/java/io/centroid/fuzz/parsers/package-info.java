/**
 * The parsers of this project that read bytes from outside, each as a target of the fuzzer. {@link
 * io.centroid.fuzz.parsers.Targets} lists them.
 */
@NullMarked
package io.centroid.fuzz.parsers;

import org.jspecify.annotations.NullMarked;
