package io.centroid.bench;

import io.centroid.bench.averaging.AveragingTraining;
import io.centroid.bench.scaling.ComputeAndRest;
import io.centroid.bench.scaling.RoundCosts;
import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.spark.SparkShardedData;
import io.centroid.spark.session.SparkContexts;
import io.centroid.train.LocalShardedData;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Runs Centroid's own contestants in this JVM: on the Spark that spark-submit names or an embedded
 * one, and on threads. The data is dealt once for each number of workers and stays in memory.
 */
public final class CentroidRunner implements TurnRunner {
  private final BenchSettings settings;
  private final RoundCosts costs;
  private final Map<Entrant, AveragingTraining> trainings = new HashMap<>();
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
  public Turn run(Entrant entrant) {
    return trainings
        .computeIfAbsent(
            entrant,
            key ->
                new AveragingTraining(
                    settings, key.cell(), data(key.contestant(), key.cell().workers()), costs))
        .turn();
  }

  private ShardedData data(Contestant contestant, int workers) {
    return dealt.computeIfAbsent(
        contestant.label() + " " + workers, key -> deal(contestant, workers));
  }

  private ShardedData deal(Contestant contestant, int workers) {
    RunConfig config = BenchData.configuration(settings);
    return switch (contestant) {
      case CENTROID_SPARK -> {
        JavaSparkContext context = spark(config);
        HadoopFiles files = new HadoopFiles(context.hadoopConfiguration());
        yield new SparkShardedData(context, shards(config, files, workers), 0);
      }
      case CENTROID_THREADS ->
          new LocalShardedData(
              shards(config, new HadoopFiles(new Configuration()), workers),
              settings.mostWorkers());
      case DL4J_EXPORT, DL4J_DIRECT, PYTORCH, PYTORCH_ONE_THREAD, PYTORCH_DDP ->
          throw new IllegalArgumentException("not Centroid's: " + contestant);
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
