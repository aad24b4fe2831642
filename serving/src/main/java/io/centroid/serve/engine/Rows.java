package io.centroid.serve.engine;

import io.centroid.serve.protocol.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Concatenates and splits tensors along the first dimension. */
final class Rows {
  private Rows() {}

  /** Concatenates the inputs of all requests, which have rows of the same shape. */
  static List<Tensor> joined(List<InferenceJob> batch) {
    int inputs = batch.get(0).inputs().size();
    List<Tensor> joined = new ArrayList<>(inputs);
    for (int i = 0; i < inputs; i++) {
      int index = i;
      joined.add(concatenated(batch.stream().map(job -> job.inputs().get(index)).toList()));
    }
    return joined;
  }

  private static Tensor concatenated(List<Tensor> tensors) {
    Tensor first = tensors.get(0);
    int size = tensors.stream().mapToInt(Tensor::size).sum();
    long rows = tensors.stream().mapToLong(tensor -> tensor.shape().get(0)).sum();
    Object values = first instanceof Tensor.Floats ? new float[size] : new long[size];
    int at = 0;
    for (Tensor tensor : tensors) {
      System.arraycopy(array(tensor), 0, values, at, tensor.size());
      at += tensor.size();
    }
    return tensor(first, rows, values);
  }

  /** A range of rows of each tensor. */
  static List<Tensor> of(List<Tensor> tensors, int from, int rows) {
    List<Tensor> cut = new ArrayList<>(tensors.size());
    for (Tensor tensor : tensors) {
      int width = (int) (tensor.size() / tensor.shape().get(0));
      int start = from * width;
      int end = start + rows * width;
      cut.add(
          tensor(
              tensor,
              rows,
              tensor instanceof Tensor.Floats floats
                  ? Arrays.copyOfRange(floats.values(), start, end)
                  : Arrays.copyOfRange((long[]) array(tensor), start, end)));
    }
    return cut;
  }

  private static Object array(Tensor tensor) {
    return tensor instanceof Tensor.Floats floats
        ? floats.values()
        : ((Tensor.Longs) tensor).values();
  }

  private static Tensor tensor(Tensor like, long rows, Object values) {
    List<Long> shape = new ArrayList<>(like.shape());
    shape.set(0, rows);
    return values instanceof float[] floats
        ? new Tensor.Floats(like.name(), shape, floats)
        : new Tensor.Longs(like.name(), shape, (long[]) values);
  }
}
