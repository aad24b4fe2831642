package io.centroid.spark.dl4j;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.nio.charset.StandardCharsets;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The user's RDD with the encoder and decoder of its elements.
 *
 * @param loader loader of an RDD of paths; null for other RDDs
 */
record Elements<E>(
    JavaRDD<E> rdd,
    RoundRobinSharding.Encoder<E> encoder,
    RoundRobinSharding.Decoder decoder,
    @Nullable Object loader) {

  static Elements<DataSet> ofDataSets(JavaRDD<DataSet> data) {
    return new Elements<>(
        data, element -> ElementBytes.of(element.toMultiDataSet()), ElementBytes::read, null);
  }

  static Elements<MultiDataSet> ofMultiDataSets(JavaRDD<MultiDataSet> data) {
    return new Elements<>(data, ElementBytes::of, ElementBytes::read, null);
  }

  /** Elements that are file paths, loaded by one of the loaders. */
  static Elements<String> ofPaths(
      JavaSparkContext spark,
      JavaRDD<String> paths,
      @Nullable DataSetLoader loader,
      @Nullable MultiDataSetLoader multiLoader) {
    return new Elements<>(
        paths,
        path -> path.getBytes(StandardCharsets.UTF_8),
        new PathReader(chosen(loader, multiLoader), new HadoopFiles(spark.hadoopConfiguration())),
        loader != null ? loader : multiLoader);
  }

  private static PathReader.MultiLoader chosen(
      @Nullable DataSetLoader loader, @Nullable MultiDataSetLoader multiLoader) {
    if (loader != null) {
      return PathReader.single(loader);
    }
    if (multiLoader != null) {
      return multiLoader::load;
    }
    throw new InputException("expected a DataSetLoader or a MultiDataSetLoader, found none");
  }

  /** True if both have the same RDD and loader. */
  boolean isSame(Elements<?> other) {
    return rdd.rdd() == other.rdd.rdd() && loader == other.loader;
  }
}
