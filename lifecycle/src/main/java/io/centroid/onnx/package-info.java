/**
 * Builds ONNX models with protocol buffers (src/main/protobuf/onnx.proto) and runs them with ONNX
 * Runtime. The jar of ONNX Runtime is not part of the job jar (deploy/serving-jars).
 * Specifications: <a href="https://github.com/onnx/onnx/blob/v1.12.0/docs/Operators.md">operators
 * of opset 17</a>.
 *
 * <p>Start with {@link io.centroid.onnx.OnnxModel} to run and {@link io.centroid.onnx.OnnxGraph} to
 * build.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.onnx;

import org.jspecify.annotations.NullMarked;
