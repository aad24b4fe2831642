/**
 * Compute devices: what GPUs there are, which of them a task uses, and whether an engine can use
 * it.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.device;

import org.jspecify.annotations.NullMarked;
