/** Networks as ONNX graphs. */
@NullMarked
package io.centroid.export.graph;

import org.jspecify.annotations.NullMarked;
