/** Builds ONNX graphs of networks. */
@NullMarked
package io.centroid.export.graph;

import org.jspecify.annotations.NullMarked;
