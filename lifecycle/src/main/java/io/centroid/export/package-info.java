/**
 * Trained models in the forms that other software reads: ONNX, Hugging Face, DL4J, safetensors. An
 * export is a folder that appears whole or not at all, after what was written has been read back
 * and compared with the model's own outputs.
 *
 * <p>Start with {@link io.centroid.export.ModelExporter}.
 */
@NullMarked
package io.centroid.export;

import org.jspecify.annotations.NullMarked;
