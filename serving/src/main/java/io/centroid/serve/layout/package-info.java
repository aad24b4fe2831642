/**
 * Packages exports for other inference servers: NVIDIA Triton, KServe and DJL Serving.
 *
 * <p>Start with {@link io.centroid.serve.layout.Packaging}.
 */
@NullMarked
package io.centroid.serve.layout;

import org.jspecify.annotations.NullMarked;
