/**
 * Readers and writers of tensor files in the safetensors format.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.checkpoint.safetensors;

import org.jspecify.annotations.NullMarked;
