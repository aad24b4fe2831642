package io.centroid.bench.dl4j;

import io.centroid.bench.BenchData;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.BenchmarkConfiguration;
import io.centroid.bench.BenchmarkRun;
import io.centroid.bench.BenchmarkRunner;
import io.centroid.bench.BenchmarkSystem;
import io.centroid.config.RunConfig;
import io.centroid.dl4j.Nd4jLibrary;
import io.centroid.io.HadoopFiles;
import io.centroid.spark.session.SparkContexts;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/** Runs DL4J's own parameter averaging in this JVM on embedded Spark. */
public final class StockMasterRunner implements BenchmarkRunner {
  private final BenchSettings settings;
  private final JavaSparkContext spark;
  private final StockData data;
  private final Map<BenchmarkConfiguration, StockTraining> trainings = new HashMap<>();

  public StockMasterRunner(BenchSettings settings) {
    this.settings = settings;
    Nd4jLibrary.prepare();
    RunConfig config = BenchData.configuration(settings);
    this.spark = SparkContexts.start(config);
    HadoopFiles files = new HadoopFiles(spark.hadoopConfiguration());
    this.data = StockData.read(BenchData.source(config, files), config.data().normalization());
  }

  @Override
  public BenchmarkRun run(BenchmarkConfiguration configuration) {
    return trainings
        .computeIfAbsent(
            configuration,
            key ->
                new StockTraining(
                    spark, settings, key.cell(), data, key.system() == BenchmarkSystem.DL4J_EXPORT))
        .run();
  }

  @Override
  public void close() {
    spark.stop();
  }
}
