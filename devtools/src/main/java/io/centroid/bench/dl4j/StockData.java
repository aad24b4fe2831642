package io.centroid.bench.dl4j;

import io.centroid.bench.BenchSettings;
import io.centroid.data.Batch;
import io.centroid.data.DataSummary;
import io.centroid.data.EpochOrder;
import io.centroid.data.ExampleSource;
import io.centroid.data.Normalization;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Centroid's training examples in DL4J's format: full batches with one-hot labels. */
record StockData(Shard shard, Normalization normalization, int classes) {

  static StockData read(ExampleSource source, Normalization.Method method) {
    Shard shard = Shard.read(source, Split.TRAIN, BenchSettings.SEED, 0, 0, 1);
    DataSummary summary = new DataSummary(List.of(shard.summary()));
    return new StockData(shard, Normalization.of(method, summary), summary.classes());
  }

  int inputs() {
    return shard.train().shape().size();
  }

  /** Number of full batches. */
  int batches(int batchSize) {
    return shard.train().count() / batchSize;
  }

  /** Returns the first batches, shuffled like an epoch of one worker. */
  List<DataSet> first(int batches, int batchSize) {
    Batch batch = new Batch(shard.train().shape(), batchSize);
    int[] order = EpochOrder.of(shard.train().count(), BenchSettings.SEED, 0, 0);
    List<DataSet> sets = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      batch.fill(shard.train(), normalization, order, i * batchSize, (i + 1) * batchSize);
      INDArray inputs = Nd4j.create(batch.inputs().clone(), new long[] {batchSize, inputs()}, 'c');
      float[] oneHot = new float[batchSize * classes];
      for (int row = 0; row < batchSize; row++) {
        oneHot[row * classes + (int) batch.targets()[row]] = 1;
      }
      sets.add(new DataSet(inputs, Nd4j.create(oneHot, new long[] {batchSize, classes}, 'c')));
    }
    return sets;
  }
}
