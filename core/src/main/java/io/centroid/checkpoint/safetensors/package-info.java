/** Readers and writers of tensor files in the safetensors format. */
@NullMarked
package io.centroid.checkpoint.safetensors;

import org.jspecify.annotations.NullMarked;
