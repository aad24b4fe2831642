/**
 * Readers of text files of any size: listed, split into tasks, decoded strictly and read in pieces.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.data.documents;

import org.jspecify.annotations.NullMarked;
