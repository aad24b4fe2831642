/** Atomic publication of files and directories on any Hadoop file system. */
@NullMarked
package io.centroid.io.storage;

import org.jspecify.annotations.NullMarked;
