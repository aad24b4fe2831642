/**
 * Exports trained models to ONNX, Hugging Face, DL4J and safetensors. An export is a folder that is
 * published atomically, after its files are read back and compared with the model's own outputs.
 *
 * <p>Start with {@link io.centroid.export.ModelExporter}.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.export;

import org.jspecify.annotations.NullMarked;
