/**
 * Packages exports for other inference servers: NVIDIA Triton, KServe and DJL Serving.
 *
 * <p>Start with {@link io.centroid.serve.layout.Packaging}.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.serve.layout;

import org.jspecify.annotations.NullMarked;
