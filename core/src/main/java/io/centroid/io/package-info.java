/** Files and documents: strict JSON bound to records. */
@NullMarked
package io.centroid.io;

import org.jspecify.annotations.NullMarked;
