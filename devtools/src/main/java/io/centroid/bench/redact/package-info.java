/** Benchmark of the detection and masking of personal data. */
@NullMarked
package io.centroid.bench.redact;

import org.jspecify.annotations.NullMarked;
