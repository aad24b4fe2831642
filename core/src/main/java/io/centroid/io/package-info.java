/**
 * Files on any Hadoop file system and on the local disk: reading with limits, decoding, hashing,
 * files and directories that are published atomically, and strict JSON bound to records.
 */
@NullMarked
package io.centroid.io;

import org.jspecify.annotations.NullMarked;
