package io.centroid.spark.dl4j;

import io.centroid.InputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Elements of an RDD in ND4J's own form, without Java's or Kryo's serialization. */
final class ElementBytes {
  private ElementBytes() {}

  /** An element without features or labels gives no bytes. */
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
   * Reads what {@link #of} gave.
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
