/** Soak test: memory and open files over many rounds. */
@NullMarked
package io.centroid.bench.soak;

import org.jspecify.annotations.NullMarked;
