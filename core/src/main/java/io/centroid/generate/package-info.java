/**
 * Text generation and scoring with a trained language model.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.generate;

import org.jspecify.annotations.NullMarked;
