package io.centroid.bench;

import io.centroid.bench.averaging.AveragingTraining;
import io.centroid.bench.scaling.ComputeAndRest;
import io.centroid.bench.scaling.RoundCosts;
import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import io.centroid.spark.SparkShardedData;
import io.centroid.spark.session.SparkContexts;
import io.centroid.train.LocalShardedData;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Runs Centroid in this JVM: on the Spark master set by spark-submit, on embedded Spark, or on
 * threads. The data is sharded once per number of workers and stays in memory.
 */
public final class CentroidRunner implements BenchmarkRunner {
  private final BenchSettings settings;
  private final RoundCosts costs;
  private final Map<BenchmarkConfiguration, AveragingTraining> trainings = new HashMap<>();
  private final Map<String, ShardedData> dealt = new HashMap<>();
  private @Nullable JavaSparkContext spark;

  public CentroidRunner(BenchSettings settings) {
    this(settings, new ComputeAndRest());
  }

  public CentroidRunner(BenchSettings settings, RoundCosts costs) {
    this.settings = settings;
    this.costs = costs;
  }

  @Override
  public BenchmarkRun run(BenchmarkConfiguration configuration) {
    return trainings
        .computeIfAbsent(
            configuration,
            key ->
                new AveragingTraining(
                    settings, key.cell(), data(key.system(), key.cell().workers()), costs))
        .run();
  }

  private ShardedData data(BenchmarkSystem system, int workers) {
    return dealt.computeIfAbsent(system.label() + " " + workers, key -> deal(system, workers));
  }

  private ShardedData deal(BenchmarkSystem system, int workers) {
    RunConfig config = BenchData.configuration(settings);
    return switch (system) {
      case CENTROID_SPARK -> {
        JavaSparkContext context = spark(config);
        HadoopFiles files = new HadoopFiles(context.hadoopConfiguration());
        yield new SparkShardedData(context, shards(config, files, workers), 0);
      }
      case CENTROID_THREADS ->
          new LocalShardedData(
              shards(config, new HadoopFiles(SiteConfiguration.load()), workers),
              settings.mostWorkers());
      case DL4J_EXPORT, DL4J_DIRECT, PYTORCH, PYTORCH_ONE_THREAD, PYTORCH_DDP ->
          throw new IllegalArgumentException("not a Centroid system: " + system);
    };
  }

  private static ShardSpec shards(RunConfig config, HadoopFiles files, int workers) {
    return new ShardSpec(BenchData.source(config, files), BenchSettings.SEED, 0, workers);
  }

  private JavaSparkContext spark(RunConfig config) {
    JavaSparkContext context = spark;
    if (context == null) {
      context = SparkContexts.start(config);
      spark = context;
    }
    return context;
  }

  @Override
  public void close() {
    dealt.values().forEach(ShardedData::close);
    if (spark != null) {
      spark.stop();
    }
  }
}
