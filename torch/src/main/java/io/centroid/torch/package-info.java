/**
 * The engine torch: dense and convolutional networks and GPT-2 on LibTorch, on the CPU or on a GPU.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.torch;

import org.jspecify.annotations.NullMarked;
