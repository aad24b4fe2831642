/** Text generation and scoring with a trained language model. */
@NullMarked
package io.centroid.generate;

import org.jspecify.annotations.NullMarked;
