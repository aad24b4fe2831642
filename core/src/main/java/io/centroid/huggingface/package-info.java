/**
 * Model directories in Hugging Face's format: {@code config.json}, weights in safetensors files
 * with or without a shard index, {@code generation_config.json}. Inconsistent models are rejected
 * before weights are read; pickles are never loaded.
 *
 * <p>Start with {@link io.centroid.huggingface.ModelDirectory} to read and {@link
 * io.centroid.huggingface.ModelWriter} to write.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.huggingface;

import org.jspecify.annotations.NullMarked;
