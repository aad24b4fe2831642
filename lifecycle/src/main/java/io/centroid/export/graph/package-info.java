/**
 * Builds ONNX graphs of networks.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.export.graph;

import org.jspecify.annotations.NullMarked;
