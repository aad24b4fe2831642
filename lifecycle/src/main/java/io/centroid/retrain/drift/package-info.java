/** How far one population is from another. */
@NullMarked
package io.centroid.retrain.drift;

import org.jspecify.annotations.NullMarked;
