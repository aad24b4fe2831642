/**
 * Verifies an exported model against its checkpoint.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.export.verify;

import org.jspecify.annotations.NullMarked;
