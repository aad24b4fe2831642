package io.centroid.spark.dl4j;

import io.centroid.error.InputException;
import io.centroid.spark.ReadResult;
import io.centroid.spark.session.SparkFailure;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;
import org.nd4j.linalg.dataset.MultiDataSet;
import scala.Tuple2;

/**
 * Distributes the elements of an RDD to the workers round-robin: element i goes to worker i mod W,
 * one partition per worker, independent of the partitioning of the RDD. The shards are cached on
 * the executors.
 */
final class RoundRobinSharding {
  private final int workers;
  private final int batchSize;

  RoundRobinSharding(int workers, int batchSize) {
    this.workers = workers;
    this.batchSize = batchSize;
  }

  /** Serializes an element. */
  interface Encoder<E> extends Serializable {
    byte[] bytes(E element);
  }

  /** Deserializes an element. */
  interface Decoder extends Serializable {
    MultiDataSet read(byte[] bytes);
  }

  <E> RDD<ReadResult<Minibatches>> shard(Elements<E> elements) {
    int size = batchSize;
    Encoder<E> encoder = elements.encoder();
    Decoder decoder = elements.decoder();
    JavaPairRDD<Long, byte[]> numbered =
        SparkFailure.unwrapped(elements.rdd()::zipWithIndex)
            .mapToPair(element -> new Tuple2<>(element._2(), encoder.bytes(element._1())));
    JavaRDD<ReadResult<Minibatches>> sharded =
        numbered
            .partitionBy(new RoundRobin(workers))
            .mapPartitions(
                part -> List.of(ReadResult.of(() -> assemble(part, decoder, size))).iterator());
    sharded.setName("shards of " + workers + " workers");
    return sharded.persist(StorageLevel.MEMORY_AND_DISK()).rdd();
  }

  private static Minibatches assemble(
      Iterator<Tuple2<Long, byte[]>> part, Decoder decoder, int batchSize) {
    List<Tuple2<Long, byte[]>> elements = new ArrayList<>();
    part.forEachRemaining(elements::add);
    elements.sort(Comparator.comparingLong(Tuple2::_1));
    Minibatches.Assembly assembly = new Minibatches.Assembly(batchSize);
    for (Tuple2<Long, byte[]> element : elements) {
      assembly.add(read(element, decoder));
    }
    return assembly.finish();
  }

  private static MultiDataSet read(Tuple2<Long, byte[]> element, Decoder decoder) {
    try {
      return decoder.read(element._2());
    } catch (UncheckedIOException e) {
      throw e; // Spark retries the task.
    } catch (RuntimeException e) {
      throw new InputException("element " + element._1() + " of the RDD: " + e.getMessage(), e);
    }
  }

  private static final class RoundRobin extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int workers;

    RoundRobin(int workers) {
      this.workers = workers;
    }

    @Override
    public int numPartitions() {
      return workers;
    }

    @Override
    public int getPartition(Object element) {
      return (int) ((Long) element % workers);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof RoundRobin robin && robin.workers == workers;
    }

    @Override
    public int hashCode() {
      return workers;
    }
  }
}
