/**
 * Readers of labeled texts in CSV and JSON Lines.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.data.texts;

import org.jspecify.annotations.NullMarked;
