/** Files and directories published atomically on any Hadoop file system. */
@NullMarked
package io.centroid.io.storage;

import org.jspecify.annotations.NullMarked;
