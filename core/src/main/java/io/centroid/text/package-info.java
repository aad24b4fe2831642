/**
 * Tokenizers and their files.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.text;

import org.jspecify.annotations.NullMarked;
