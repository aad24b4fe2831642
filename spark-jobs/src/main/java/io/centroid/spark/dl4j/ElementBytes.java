package io.centroid.spark.dl4j;

import io.centroid.error.InputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Serializes elements of an RDD in ND4J's own format, without Java or Kryo serialization. */
final class ElementBytes {
  private ElementBytes() {}

  /** Returns the bytes of an element; empty if features or labels are missing. */
  static byte[] of(org.nd4j.linalg.dataset.api.MultiDataSet element) {
    if (!isComplete(element.getFeatures()) || !isComplete(element.getLabels())) {
      return new byte[0];
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      element.save(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads the bytes written by {@link #of}.
   *
   * @throws InputException if features or labels are missing
   */
  static MultiDataSet read(byte[] bytes) {
    if (bytes.length == 0) {
      throw new InputException("expected features and labels, found none");
    }
    MultiDataSet data = new MultiDataSet();
    try {
      data.load(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return data;
  }

  private static boolean isComplete(INDArray[] arrays) {
    if (arrays == null || arrays.length == 0) {
      return false;
    }
    for (INDArray array : arrays) {
      if (array == null) {
        return false;
      }
    }
    return true;
  }
}
