package io.centroid.onnx;

import io.centroid.error.ReportedException;

/**
 * A failure of ONNX Runtime that neither the model's file nor the caller's input explains: of a
 * kernel, or for lack of memory. The message is one line.
 */
public final class OnnxFailure extends ReportedException {
  private static final long serialVersionUID = 1L;

  OnnxFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
