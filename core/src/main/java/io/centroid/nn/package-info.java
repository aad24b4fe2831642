/**
 * Networks over flat parameter vectors: the {@link io.centroid.nn.Learner} seam, layouts, and the
 * dense network.
 */
@NullMarked
package io.centroid.nn;

import org.jspecify.annotations.NullMarked;
