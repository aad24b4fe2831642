/**
 * Text of any size as documents: files and folders found, cut into tasks, decoded strictly and read
 * in pieces.
 */
@NullMarked
package io.centroid.documents;

import org.jspecify.annotations.NullMarked;
