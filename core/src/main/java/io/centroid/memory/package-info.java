/**
 * Memory usage of this process: heap, native and resident peaks.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.memory;

import org.jspecify.annotations.NullMarked;
