/** The lease that lets one writer at a time own a run: claims, heartbeats, fencing tokens. */
@NullMarked
package io.centroid.checkpoint.lease;

import org.jspecify.annotations.NullMarked;
