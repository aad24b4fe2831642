/** Memory usage of this process: heap, native and resident peaks. */
@NullMarked
package io.centroid.memory;

import org.jspecify.annotations.NullMarked;
