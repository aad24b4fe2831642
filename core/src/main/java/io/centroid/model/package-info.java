/**
 * Trained models read back from checkpoints and model directories.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.model;

import org.jspecify.annotations.NullMarked;
