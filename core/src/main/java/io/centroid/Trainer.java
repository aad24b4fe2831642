package io.centroid;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.config.Extensions;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.io.TemporaryFolder;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.nn.LearnerFactory;
import io.centroid.optim.UpdateRule;
import io.centroid.run.RunObserver;
import io.centroid.run.TrainingRun;
import io.centroid.run.data.DataSources;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.worker.InnerStatePolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network by parameter averaging: every worker takes local steps on its own shard of the
 * data, the workers' deltas are averaged, an outer optimizer updates the global parameters, and the
 * next round starts. The result depends on the settings and the data alone: it is bitwise identical
 * on threads and on Spark, on any number of executors, and after a failure and a resume.
 *
 * <pre>{@code
 * try (Model model =
 *     Trainer.of(Networks.mlp(784, 128, 10))
 *         .optimizer(Optimizers.adamW(1e-3))
 *         .workers(4)
 *         .localSteps(47)
 *         .epochs(3)
 *         .train(Dataset.idx("data/mnist"))) {
 *   System.out.println(model.evaluate(Dataset.idx("data/mnist")).accuracy());
 * }
 * }</pre>
 *
 * <p>A trainer keeps no state between trainings; each method changes it and returns it.
 */
public final class Trainer {
  /** What a program sets by other means than a key. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "data.", "set it on the Dataset",
          "spark.", "set it on the SparkContext",
          "security.", "the owner of the cluster logs in",
          "compute.workers", "use on(Cluster)",
          "compute.threads", "use on(Cluster.threads(count))",
          "compute.native-memory", "set org.bytedeco.javacpp.maxbytes of the JVM",
          "fetch.", "it is a key of centroid fetch",
          "registry.", "it is a key of centroid registry",
          "retrain.", "it is a key of centroid retrain");

  private final Map<String, Object> settings = new TreeMap<>();
  private final Map<String, Object> explicit = new TreeMap<>();
  private final Network network;
  private Engines engines = Engines.CPU;
  private Cluster cluster = Cluster.threads();
  private RunObserver observer = RunObserver.NONE;
  private final List<RunReporter.Factory> reporters = new ArrayList<>();
  private @Nullable UpdateRule rule;
  private @Nullable OuterStep outer;
  private @Nullable Codec codec;

  private Trainer(Network network) {
    this.network = network;
    settings.putAll(network.settings());
    LearnerFactory own = network.engine();
    if (own != null) {
      engine(own);
    }
  }

  /** A trainer with the defaults of {@code reference.conf}, on one thread per CPU core. */
  public static Trainer of(Network network) {
    return new Trainer(network);
  }

  /** The inner optimizer, with which workers take their local steps; by default SGD. */
  public Trainer optimizer(InnerOptimizer optimizer) {
    settings.keySet().removeIf(key -> key.startsWith("optimizer."));
    settings.putAll(optimizer.settings());
    rule = optimizer.rule();
    return this;
  }

  /** The outer optimizer, which updates the global parameters; by default the mean. */
  public Trainer outer(OuterOptimizer optimizer) {
    settings.keySet().removeIf(key -> key.startsWith("outer."));
    settings.putAll(optimizer.settings());
    outer = optimizer.step();
    return this;
  }

  /**
   * Codec of the workers' deltas: none, fp16, bf16, int8 or top-k.
   *
   * @param name value of {@code average.codec}
   */
  public Trainer codec(String name) {
    codec = null;
    return put("average.codec", name);
  }

  /** A custom codec. */
  public Trainer codec(Codec own) {
    codec = own;
    return put("average.codec", own.name());
  }

  /**
   * Number of logical workers (W). The result depends on it, but not on the number of executors.
   *
   * @param count at least 1
   */
  public Trainer workers(int count) {
    return put("train.workers", count);
  }

  /**
   * Number of local steps per worker between two synchronizations (H).
   *
   * @param count at least 1
   */
  public Trainer localSteps(int count) {
    return put("train.local-steps", count);
  }

  /**
   * Number of passes over the data.
   *
   * @param count at least 1
   */
  public Trainer epochs(int count) {
    settings.remove("train.steps");
    return put("train.epochs", count);
  }

  /**
   * Number of steps per worker in the whole run, instead of epochs.
   *
   * @param count at least 1
   */
  public Trainer steps(long count) {
    if (count < 1) {
      throw new InputException("the number of steps must be at least 1: " + count);
    }
    return put("train.steps", count);
  }

  /**
   * Number of examples in one step of one worker.
   *
   * @param examples at least 1
   */
  public Trainer batchSize(int examples) {
    return put("train.batch-size", examples);
  }

  /** Random seed. */
  public Trainer seed(long seed) {
    return put("train.seed", seed);
  }

  /** What happens to the inner optimizer's state between rounds; by default it is averaged. */
  public Trainer innerState(InnerStatePolicy policy) {
    return put("train.inner-state", Json.spelling(policy));
  }

  /**
   * Early stopping on the validation set, which is evaluated at the end of each epoch.
   *
   * @param patience number of epochs in a row without a gain; 0 disables it
   */
  public Trainer earlyStopping(int patience) {
    return put("train.early-stopping.patience", patience);
  }

  /**
   * Sets any key of {@code reference.conf}.
   *
   * @param value text, number, boolean or list
   */
  public Trainer set(String key, Object value) {
    ELSEWHERE.forEach(
        (prefix, instead) -> {
          if (key.equals(prefix) || (prefix.endsWith(".") && key.startsWith(prefix))) {
            throw new InputException(key + " has no effect on a Trainer: " + instead);
          }
        });
    explicit.put(key, value instanceof Enum<?> constant ? Json.spelling(constant) : value);
    return this;
  }

  private Trainer put(String key, Object value) {
    settings.put(key, value);
    return this;
  }

  /** Adds an engine, such as DL4J's or a custom one, before the built-in one. */
  public Trainer engine(LearnerFactory engine) {
    List<LearnerFactory> all = new ArrayList<>(List.of(engine));
    all.addAll(engines.available());
    engines = Engines.of(all.toArray(LearnerFactory[]::new));
    return this;
  }

  /** Where the workers run; by default one thread per CPU core. */
  public Trainer on(Cluster where) {
    cluster = where;
    return this;
  }

  /**
   * Writes checkpoints, metrics and the result, and resumes from the checkpoints in the directory.
   * Without it the model is kept in a temporary directory until it is closed.
   *
   * @param location directory of the run: any Hadoop URI or local path
   */
  public Trainer checkpointTo(String location) {
    return put("run.dir", location);
  }

  /**
   * Observes the training, in place of an earlier listener; its methods run on the thread of {@link
   * #train}.
   */
  public Trainer listener(RunObserver listener) {
    observer = listener;
    return this;
  }

  /** Adds a reporter, such as TensorBoard's event files; use it with {@link #checkpointTo}. */
  public Trainer reporter(RunReporter.Factory reporter) {
    reporters.add(reporter);
    return this;
  }

  /**
   * Trains to the end of the plan and returns the model of the last step; {@link Model#loadBest}
   * opens the best of a run with {@link #checkpointTo}. An interrupted run is resumed; the model of
   * a finished run is loaded.
   *
   * @throws InputException if settings or data cannot be used; nothing is written then
   * @throws io.centroid.train.DivergedException if a loss or parameter became NaN or infinite
   * @throws IOException if a file system fails
   */
  public Model train(Dataset data) throws IOException {
    network.requireTargets(data.targets());
    Map<String, Object> all = new TreeMap<>(data.settings());
    all.putAll(settings);
    all.putAll(explicit);
    all.put("compute.workers", cluster.isLocal() ? "local" : "spark");
    if (network.outputs() > 1) {
      all.putIfAbsent("data.classes", network.outputs());
    }
    TemporaryFolder temporary = all.containsKey("run.dir") ? null : TemporaryFolder.create("run");
    try {
      if (temporary != null) {
        all.put("run.dir", temporary.path().toUri().toString());
      }
      RunConfig config =
          RunConfig.of(all, new Extensions(rule, outer, codec, network.own(), data.source()));
      requireFit(config);
      Engines chosen = engines.choose(config.compute().engine());
      RunResult result = run(config, chosen, cluster, observer, reporters);
      return new Model(
          TrainedModel.load(config.withKeys(cluster.files()), config.run().dir(), false, chosen),
          cluster,
          result,
          temporary);
    } catch (IOException | RuntimeException | Error e) {
      if (temporary != null) {
        closeAfter(e, temporary);
      }
      throw e;
    }
  }

  private static void closeAfter(Throwable failure, TemporaryFolder temporary) {
    try {
      temporary.close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Trains as configured, and leaves the model in {@code run.dir}.
   *
   * @param engines engines from which {@code compute.engine} selects
   * @param reporters receive the run's metrics
   * @throws InputException if settings or data cannot be used; nothing is written then
   * @throws io.centroid.train.DivergedException if a loss or parameter became NaN or infinite
   * @throws IOException if a file system fails
   */
  public static RunResult run(
      RunConfig config,
      Engines engines,
      Cluster cluster,
      RunObserver observer,
      List<RunReporter.Factory> reporters)
      throws IOException {
    return new TrainingRun(
            config,
            cluster.files(),
            engines,
            shards ->
                cluster.shard(
                    shards,
                    config.average().slices(),
                    config.train().roundLimit(),
                    new Cluster.RunLabel(config.run().name(), config.run().dir())),
            observer,
            reporters)
        .execute();
  }

  /** As above, without reporters. */
  public static RunResult run(
      RunConfig config, Engines engines, Cluster cluster, RunObserver observer) throws IOException {
    return run(config, engines, cluster, observer, List.of());
  }

  /** Compares the network's inputs with the data's; needs headers only. */
  private void requireFit(RunConfig config) {
    if (network.inputs() == 0) {
      return;
    }
    int found = DataSources.inputs(config.data(), config.model().loss(), cluster.files()).size();
    if (found != network.inputs()) {
      throw new InputException(
          "the network takes " + network.inputs() + " values, an example has " + found);
    }
  }
}
