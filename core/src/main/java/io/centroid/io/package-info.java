/**
 * Files on any Hadoop file system and on the local disk: reading with limits, decoding, hashing,
 * and files and directories that are published atomically.
 */
@NullMarked
package io.centroid.io;

import org.jspecify.annotations.NullMarked;
