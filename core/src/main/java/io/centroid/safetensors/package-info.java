/**
 * Tensors in files of the safetensors format, read by name and written as float32. What a header
 * declares is checked against the file's length before anything is allocated for it.
 *
 * <p>Start with {@link io.centroid.safetensors.SafetensorsReader} and {@link
 * io.centroid.safetensors.SafetensorsWriter}.
 */
@NullMarked
package io.centroid.safetensors;

import org.jspecify.annotations.NullMarked;
