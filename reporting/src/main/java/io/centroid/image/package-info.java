/** Pictures for reports. */
@NullMarked
package io.centroid.image;

import org.jspecify.annotations.NullMarked;
