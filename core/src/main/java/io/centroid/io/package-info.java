/**
 * Files on any Hadoop file system, read with limits; hashing, strict UTF-8, JSON Lines, and strict
 * JSON bound to records.
 */
@NullMarked
package io.centroid.io;

import org.jspecify.annotations.NullMarked;
