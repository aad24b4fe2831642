package io.centroid.spark.dl4j;

import io.centroid.error.InputException;
import io.centroid.spark.internal.SizedOffHeap;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One worker's shard as minibatches, in the order of the elements: smaller elements are merged,
 * larger ones split. Stored off-heap, serialized as bytes. Immutable; safe to read from several
 * threads.
 */
final class Minibatches implements Serializable, SizedOffHeap {
  private static final long serialVersionUID = 1L;

  private transient List<MultiDataSet> minibatches;

  private Minibatches(List<MultiDataSet> minibatches) {
    this.minibatches = minibatches;
  }

  int count() {
    return minibatches.size();
  }

  MultiDataSet get(int number) {
    return minibatches.get(number);
  }

  @Override
  public long estimatedSize() {
    return minibatches.stream()
        .flatMap(
            data ->
                Stream.of(
                    data.getFeatures(),
                    data.getLabels(),
                    data.getFeaturesMaskArrays(),
                    data.getLabelsMaskArrays()))
        .filter(Objects::nonNull)
        .flatMap(Arrays::stream)
        .filter(Objects::nonNull)
        .mapToLong(array -> array.length() * array.dataType().width())
        .sum();
  }

  static int rows(MultiDataSet data) {
    return Math.toIntExact(data.getFeatures(0).size(0));
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.writeInt(minibatches.size());
    for (MultiDataSet minibatch : minibatches) {
      byte[] bytes = ElementBytes.of(minibatch);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException {
    int count = in.readInt();
    List<MultiDataSet> read = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      read.add(ElementBytes.read(bytes));
    }
    minibatches = List.copyOf(read);
  }

  /** Builds minibatches from elements, in order. */
  static final class Assembly {
    private final int size;
    private final List<MultiDataSet> done = new ArrayList<>();
    private final List<MultiDataSet> pending = new ArrayList<>();
    private int pendingRows;

    Assembly(int size) {
      this.size = size;
    }

    void add(MultiDataSet element) {
      int rows = Minibatches.rows(element);
      for (int from = 0; from < rows; ) {
        int taken = Math.min(size - pendingRows, rows - from);
        pending.add(taken == rows ? element : range(element, from, from + taken));
        pendingRows += taken;
        from += taken;
        if (pendingRows == size) {
          close();
        }
      }
    }

    /** Returns all minibatches; the last may be smaller. */
    Minibatches finish() {
      close();
      return new Minibatches(List.copyOf(done));
    }

    private void close() {
      if (pending.isEmpty()) {
        return;
      }
      try {
        done.add(pending.size() == 1 ? pending.get(0) : MultiDataSet.merge(pending));
      } catch (RuntimeException e) {
        throw new InputException(
            "the elements of minibatch " + done.size() + " cannot be merged: " + e.getMessage(), e);
      }
      pending.clear();
      pendingRows = 0;
    }

    private static MultiDataSet range(MultiDataSet data, int from, int to) {
      return new MultiDataSet(
          range(data.getFeatures(), from, to),
          range(data.getLabels(), from, to),
          range(data.getFeaturesMaskArrays(), from, to),
          range(data.getLabelsMaskArrays(), from, to));
    }

    private static INDArray @Nullable [] range(INDArray @Nullable [] arrays, int from, int to) {
      return arrays == null
          ? null
          : Arrays.stream(arrays)
              .map(array -> array == null ? null : range(array, from, to))
              .toArray(INDArray[]::new);
    }

    private static INDArray range(INDArray array, int from, int to) {
      INDArrayIndex[] index = new INDArrayIndex[array.rank()];
      Arrays.fill(index, NDArrayIndex.all());
      index[0] = NDArrayIndex.interval(from, to);
      return array.get(index).dup();
    }
  }
}
