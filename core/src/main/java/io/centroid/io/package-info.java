/** Files and their formats, whatever they hold. */
@NullMarked
package io.centroid.io;

import org.jspecify.annotations.NullMarked;
