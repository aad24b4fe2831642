/**
 * Neural networks over flat parameter vectors: the engine interface {@link io.centroid.nn.Learner},
 * parameter layouts, and the multilayer perceptron.
 */
@NullMarked
package io.centroid.nn;

import org.jspecify.annotations.NullMarked;
