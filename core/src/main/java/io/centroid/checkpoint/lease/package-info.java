/**
 * The lease that lets one writer at a time own a run: claims, heartbeats, fencing tokens.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.checkpoint.lease;

import org.jspecify.annotations.NullMarked;
