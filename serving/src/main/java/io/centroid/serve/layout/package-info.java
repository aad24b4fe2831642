/**
 * Exports laid out as other servers want them: NVIDIA Triton, KServe, DJL Serving.
 *
 * <p>Start with {@link io.centroid.serve.layout.Packaging}.
 */
@NullMarked
package io.centroid.serve.layout;

import org.jspecify.annotations.NullMarked;
