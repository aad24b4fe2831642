/**
 * ONNX models: built node by node over protocol buffers (src/main/protobuf/onnx.proto), and run by
 * ONNX Runtime, whose jar lies beside the job jar (deploy/serving-jars) and not in it.
 * Specifications: <a href="https://github.com/onnx/onnx/blob/v1.12.0/docs/Operators.md">operators
 * of opset 17</a>.
 *
 * <p>Start with {@link io.centroid.onnx.OnnxModel} to run and {@link io.centroid.onnx.OnnxGraph} to
 * build.
 */
@NullMarked
package io.centroid.onnx;

import org.jspecify.annotations.NullMarked;
