/**
 * The compute seam: a network as one flat vector of parameters and one of gradients, and the
 * engines that stand behind it.
 */
@NullMarked
package io.centroid.model;

import org.jspecify.annotations.NullMarked;
