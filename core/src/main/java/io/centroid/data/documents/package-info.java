/**
 * Readers of text files of any size: listed, split into tasks, decoded strictly and read in pieces.
 */
@NullMarked
package io.centroid.data.documents;

import org.jspecify.annotations.NullMarked;
