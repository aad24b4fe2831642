/** The lease by which one writer at a time owns a run: claims, heartbeats, fencing tokens. */
@NullMarked
package io.centroid.checkpoint.lease;

import org.jspecify.annotations.NullMarked;
