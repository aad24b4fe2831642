package io.centroid.spark.dl4j;

import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;

/** The example of docs/dl4j-spark.md. */
final class ClassifierExample {
  private ClassifierExample() {}

  static MultiLayerNetwork train(
      JavaSparkContext spark,
      MultiLayerConfiguration configuration,
      JavaRDD<DataSet> data,
      int epochs) {
    CentroidTrainingMaster master =
        new CentroidTrainingMaster.Builder()
            .workers(2)
            .localSteps(5)
            .batchSizePerWorker(32)
            .outer(OuterSettings.Name.NESTEROV)
            .codec(Codec.Name.INT8)
            .build();
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, configuration, master);
    for (int epoch = 0; epoch < epochs; epoch++) {
      network.fit(data);
    }
    master.deleteTempFiles(spark);
    return network.getNetwork();
  }
}
