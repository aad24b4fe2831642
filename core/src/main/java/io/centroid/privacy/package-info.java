/**
 * Differentially private SGD: clipping and noise of the local steps, and the accountant of the
 * privacy loss.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.privacy;

import org.jspecify.annotations.NullMarked;
