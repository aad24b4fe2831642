/**
 * Files on any Hadoop file system with size limits; hashing, strict UTF-8, JSON Lines, and strict
 * JSON data binding to records.
 */
@NullMarked
package io.centroid.io;

import org.jspecify.annotations.NullMarked;
