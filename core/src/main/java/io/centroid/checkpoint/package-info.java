/**
 * Checkpoints of a run on any Hadoop file system: tensors as safetensors files, a manifest with the
 * SHA-256 of each, an atomic commit, one writer at a time, and retention. A reader sees a complete
 * checkpoint or none.
 *
 * <p>Start with {@link io.centroid.checkpoint.CheckpointStore} to read and {@link
 * io.centroid.checkpoint.CheckpointWriter} to write. Vectors are plain {@code float[]}; the package
 * depends on no engine and not on Spark.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.checkpoint;

import org.jspecify.annotations.NullMarked;
