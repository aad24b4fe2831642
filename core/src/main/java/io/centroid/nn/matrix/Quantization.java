package io.centroid.nn.matrix;

import io.centroid.nn.kernels.FloatVector;
import org.bytedeco.javacpp.BytePointer;

/** Symmetric quantization to 8-bit integers: x is about scale * q with q from -127 to 127. */
final class Quantization {
  private static final float LARGEST = 127;

  private Quantization() {}

  /** The scale of values of at most that magnitude. */
  static float scale(float magnitude) {
    return magnitude == 0 ? 1 : magnitude / LARGEST;
  }

  /** Largest magnitude of {@code x[0..length)}; NaN if one is NaN. */
  static float magnitude(float[] x, int length) {
    float largest = 0;
    for (int i = 0; i < length; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    return largest;
  }

  /**
   * Quantizes a band of a weight's outputs, each with a scale of its own.
   *
   * @param weight shape and order of its values
   * @param into quantized values in the weight's order: shape (inputs, columns), or (columns,
   *     inputs) if it is transposed
   * @return the scale of each output
   */
  static float[] quantize(DecodingWeight.Floats weight, Band band, BytePointer into) {
    return weight.transposed() ? rows(weight, band, into) : columns(weight, band, into);
  }

  private static float[] rows(DecodingWeight.Floats weight, Band band, BytePointer into) {
    int inputs = weight.inputs();
    float[] scales = new float[band.columns()];
    float[] row = new float[inputs];
    byte[] quantized = new byte[inputs];
    for (int r = 0; r < band.columns(); r++) {
      weight.vector().read((long) (band.from() + r) * inputs, row, inputs);
      scales[r] = scale(magnitude(row, inputs));
      for (int i = 0; i < inputs; i++) {
        quantized[i] = rounded(row[i] / scales[r]);
      }
      into.getPointer((long) r * inputs).put(quantized, 0, inputs);
    }
    return scales;
  }

  private static float[] columns(DecodingWeight.Floats weight, Band band, BytePointer into) {
    int columns = band.columns();
    FloatVector vector = weight.vector();
    float[] scales = new float[columns];
    float[] row = new float[columns];
    byte[] quantized = new byte[columns];
    for (int i = 0; i < weight.inputs(); i++) {
      vector.read((long) i * weight.outputs() + band.from(), row, columns);
      for (int c = 0; c < columns; c++) {
        scales[c] = Math.max(scales[c], Math.abs(row[c]));
      }
    }
    for (int c = 0; c < columns; c++) {
      scales[c] = scale(scales[c]);
    }
    for (int i = 0; i < weight.inputs(); i++) {
      vector.read((long) i * weight.outputs() + band.from(), row, columns);
      for (int c = 0; c < columns; c++) {
        quantized[c] = rounded(row[c] / scales[c]);
      }
      into.getPointer((long) i * columns).put(quantized, 0, columns);
    }
    return scales;
  }

  private static byte rounded(float value) {
    return (byte) Math.rint(value);
  }
}
