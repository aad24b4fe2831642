package io.centroid.spark.session;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.spark.placement.GpuTasks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/**
 * What a run would request from Spark, by the settings that its SparkContext would have. Nothing is
 * started.
 *
 * @param threads number of threads of a local master; 0 for a cluster
 * @param executorHeap heap of an executor in bytes
 * @param executorOverhead memory of an executor's container beyond its heap, in bytes
 * @param setsOverhead whether the user sets it, rather than Centroid by {@code
 *     compute.native-memory}
 * @param executorCores cores of an executor; empty if the cluster manager decides
 * @param maxCores cores of the application; empty if it is not limited
 * @param executors number of executors; empty if the cluster manager decides
 * @param taskCores cores of a task
 * @param maxResultBytes limit of what the driver collects in a job; 0: none
 * @param gpus GPUs of an executor
 * @param gpuProblem why the settings do not give each task a GPU; empty if they do
 * @param properties all properties of Spark
 */
public record JobSettings(
    String master,
    int threads,
    long executorHeap,
    long executorOverhead,
    boolean setsOverhead,
    OptionalInt executorCores,
    OptionalInt maxCores,
    OptionalInt executors,
    int taskCores,
    long maxResultBytes,
    int gpus,
    Optional<String> gpuProblem,
    Map<String, String> properties) {
  private static final String OVERHEAD = "spark.executor.memoryOverhead";

  public JobSettings {
    properties = Map.copyOf(properties);
  }

  /**
   * The settings of a run that is started by this process.
   *
   * @throws InputException if Spark would reject a setting
   */
  public static JobSettings of(RunConfig config) {
    SparkConf submitted = new SparkConf();
    boolean setsOverhead =
        submitted.contains(OVERHEAD) || config.spark().conf().containsKey(OVERHEAD);
    SparkConf conf = SparkContexts.configured(config, submitted);
    Map<String, String> properties = new TreeMap<>();
    for (Tuple2<String, String> property : conf.getAll()) {
      properties.put(property._1(), property._2());
    }
    return new JobSettings(
        conf.get("spark.master"),
        SparkSettings.threads(conf.get("spark.master")),
        conf.getSizeAsBytes("spark.executor.memory", "1g"),
        conf.getSizeAsMb(OVERHEAD, "0") << 20,
        setsOverhead,
        number(conf, "spark.executor.cores"),
        number(conf, "spark.cores.max"),
        number(conf, "spark.executor.instances"),
        conf.getInt("spark.task.cpus", 1),
        conf.getSizeAsBytes("spark.driver.maxResultSize", "1g"),
        conf.getInt("spark.executor.resource.gpu.amount", 0),
        GpuTasks.problem(conf),
        properties);
  }

  /** What Spark would reject, of which {@link #of} throws the first. */
  public static List<InputException> problems(RunConfig config) {
    return SparkSettings.problems(SparkContexts.merged(config, new SparkConf()));
  }

  private static OptionalInt number(SparkConf conf, String key) {
    return conf.contains(key) ? OptionalInt.of(conf.getInt(key, 0)) : OptionalInt.empty();
  }

  /** Whether the workers are threads of the driver's JVM. */
  public boolean isLocal() {
    return threads > 0;
  }

  /** Whether a standalone Master starts the executors. */
  public boolean isStandalone() {
    return master.startsWith("spark://");
  }

  /** Whether executors run in containers of a limited size, on YARN or Kubernetes. */
  public boolean hasContainers() {
    return master.equals("yarn") || master.startsWith("k8s://");
  }

  /** The value of a property of Spark. */
  public Optional<String> property(String key) {
    return Optional.ofNullable(properties.get(key));
  }
}
