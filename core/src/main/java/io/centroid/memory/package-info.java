/** What a process has held of the machine's memory. */
@NullMarked
package io.centroid.memory;

import org.jspecify.annotations.NullMarked;
