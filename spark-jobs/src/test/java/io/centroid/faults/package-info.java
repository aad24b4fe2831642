/** Faults injected into real processes: each run must end with the bits of an undisturbed one. */
@NullMarked
package io.centroid.faults;

import org.jspecify.annotations.NullMarked;
