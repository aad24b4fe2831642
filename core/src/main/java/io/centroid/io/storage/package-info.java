/**
 * Atomic publication of files and directories on any Hadoop file system.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.io.storage;

import org.jspecify.annotations.NullMarked;
