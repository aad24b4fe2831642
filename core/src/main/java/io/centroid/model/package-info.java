/** Trained models read back from checkpoints and model directories. */
@NullMarked
package io.centroid.model;

import org.jspecify.annotations.NullMarked;
