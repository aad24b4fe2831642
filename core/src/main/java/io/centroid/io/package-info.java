/**
 * Files on any Hadoop file system with size limits; hashing, strict UTF-8, JSON Lines, and strict
 * JSON data binding to records.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.io;

import org.jspecify.annotations.NullMarked;
