package io.centroid.export;

import io.centroid.io.Json;

/** The forms that a model is written in. */
public enum ExportForm {
  /** {@code model.onnx}, which ONNX Runtime, Triton and others serve. */
  ONNX,
  /** A GPT-2's folder as {@code transformers} reads it. */
  HUGGINGFACE,
  /** {@code model.zip}, which DL4J's {@code MultiLayerNetwork.load} reads. */
  DL4J,
  /** {@code model.safetensors} with PyTorch's names and shapes. */
  TORCH_SAFETENSORS;

  /** As commands and files spell it. */
  public String key() {
    return Json.spelling(this);
  }

  @Override
  public String toString() {
    return key();
  }
}
