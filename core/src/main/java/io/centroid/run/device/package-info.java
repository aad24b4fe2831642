/**
 * On which devices a run computes.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.run.device;

import org.jspecify.annotations.NullMarked;
