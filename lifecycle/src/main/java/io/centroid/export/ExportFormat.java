package io.centroid.export;

import io.centroid.io.Json;

/** The formats that a model can be exported to. */
public enum ExportFormat {
  /** {@code model.onnx} for ONNX Runtime, Triton and others. */
  ONNX,
  /** A GPT-2 as a folder that {@code transformers} loads. */
  HUGGINGFACE,
  /** {@code model.zip} for DL4J's {@code MultiLayerNetwork.load}. */
  DL4J,
  /** {@code model.safetensors} with PyTorch's names and shapes. */
  TORCH_SAFETENSORS;

  /** The spelling in commands and files. */
  public String key() {
    return Json.spelling(this);
  }

  @Override
  public String toString() {
    return key();
  }
}
