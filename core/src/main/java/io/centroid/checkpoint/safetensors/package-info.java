/** Tensor files in the safetensors format, read and written. */
@NullMarked
package io.centroid.checkpoint.safetensors;

import org.jspecify.annotations.NullMarked;
