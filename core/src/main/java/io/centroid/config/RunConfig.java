package io.centroid.config;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.data.ExampleSource;
import io.centroid.data.Normalization;
import io.centroid.nn.Loss;
import io.centroid.security.KerberosLogin;
import io.centroid.train.Metric;
import io.centroid.train.RoundLimit;
import io.centroid.train.worker.InnerStatePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run's configuration, read and checked once. Each group of keys is a record; reference.conf says
 * what each key means.
 *
 * @param dataKeys the keys of {@code data}, from which {@link #load} rebuilds how the data is read
 * @param effective the whole configuration as HOCON text
 */
public record RunConfig(
    RunIdentity run,
    Data data,
    Model model,
    Compute compute,
    Train train,
    OptimizerConfig optimizer,
    OuterStep outer,
    Average average,
    Checkpoint checkpoint,
    Spark spark,
    Fetch fetch,
    KerberosLogin kerberos,
    Registry registry,
    Retrain retrain,
    Map<String, String> dataKeys,
    String effective) {

  /**
   * Where the examples come from and how they are read.
   *
   * @param parts names below {@code path} that are joined in this order; empty: the path itself
   * @param program the examples of {@link Format#PROGRAM}, else null
   */
  public record Data(
      Format format,
      String path,
      List<String> parts,
      String trainFile,
      String trainLabelsFile,
      String testFile,
      String testLabelsFile,
      double validationSplit,
      Normalization.Method normalization,
      int classes,
      int block,
      long decodedLimit,
      Csv csv,
      Texts texts,
      Digits digits,
      @Nullable ExampleSource program) {

    /** The formats; {@link #PROGRAM} is data that a program hands over. */
    public enum Format {
      DIGITS,
      IDX,
      CSV,
      TOKENS,
      TEXTS,
      PROGRAM
    }

    public Data {
      parts = List.copyOf(parts);
    }

    /** Data of the same format from one place. */
    public Data at(String place) {
      return new Data(
          format,
          place,
          List.of(),
          trainFile,
          trainLabelsFile,
          testFile,
          testLabelsFile,
          validationSplit,
          normalization,
          classes,
          block,
          decodedLimit,
          csv,
          texts,
          digits,
          program);
    }

    /** The same data, of which the model sees so many tokens at once. */
    public Data withBlock(int tokens) {
      return new Data(
          format,
          path,
          parts,
          trainFile,
          trainLabelsFile,
          testFile,
          testLabelsFile,
          validationSplit,
          normalization,
          classes,
          tokens,
          decodedLimit,
          csv,
          texts,
          digits,
          program);
    }

    public record Csv(String target, FeatureType features, List<Integer> shape) {
      public enum FeatureType {
        PIXELS,
        NUMBERS
      }
    }

    /**
     * @param labels names of the classes; empty: those of the training file
     * @param tokenizer where its files are; empty: those of the model that training starts from
     */
    public record Texts(String text, String label, List<String> labels, String tokenizer) {
      public Texts {
        labels = List.copyOf(labels);
      }
    }

    public record Digits(int train, int test, long seed) {}
  }

  public record Model(NetworkSettings network, Loss loss, String initFrom) {
    enum Name {
      MLP,
      CNN,
      DL4J,
      GPT2
    }
  }

  /**
   * What the arithmetic runs on.
   *
   * @param engine {@link io.centroid.nn.Engines#AUTO}, or the name of an engine
   * @param recomputes whether a backward pass computes activations again (activation checkpointing)
   */
  public record Compute(
      String engine,
      WorkerKind workers,
      int threads,
      int threadsPerWorker,
      boolean recomputes,
      long nativeMemory) {
    public enum WorkerKind {
      SPARK,
      LOCAL
    }
  }

  /**
   * The local training.
   *
   * @param localSteps {@link #MEASURED}: chosen when the run starts
   * @param microBatch examples of a step that are computed at once; 0: all
   * @param roundLimit of hung rounds
   */
  public record Train(
      int workers,
      int localSteps,
      double communicationShare,
      int epochs,
      long steps,
      int batchSize,
      int microBatch,
      long seed,
      InnerStatePolicy innerState,
      int patience,
      double minimumGain,
      Divergence divergence,
      RoundLimit roundLimit) {
    /** Stands for {@code train.local-steps = auto}. */
    public static final int MEASURED = 0;
  }

  /**
   * What happens when training diverges.
   *
   * @param outlierFactor see {@link io.centroid.train.OutlierRule}; 0: no worker is an outlier
   * @param rateFactor what each rollback multiplies the rate by
   * @param limit the most rollbacks of a run
   */
  public record Divergence(double outlierFactor, Reaction reaction, double rateFactor, int limit) {
    public enum Reaction {
      STOP,
      ROLLBACK
    }
  }

  /**
   * How checkpoints are kept.
   *
   * @param everyRounds 0: at the ends of epochs; or {@link #BY_TIME}
   */
  public record Checkpoint(
      int everyRounds, int keep, Metric metric, Commit commit, Duration leaseTimeout) {
    /** Stands for {@code checkpoint.every-rounds = auto}. */
    public static final int BY_TIME = -1;

    public enum Commit {
      AUTO,
      RENAME,
      MANIFEST_LAST
    }
  }

  /**
   * How the workers' deltas travel to where they are averaged.
   *
   * @param slices 0: by the size of the model
   */
  public record Average(Codec codec, int slices) {}

  /** Base addresses of mirrors, in the order in which they are tried. */
  public record Fetch(List<String> mnistMirrors) {
    public Fetch {
      mnistMirrors = List.copyOf(mnistMirrors);
    }
  }

  /**
   * How Spark is reached.
   *
   * @param master where runs compute that spark-submit did not start
   * @param executorTimeout how long a first executor is waited for; 0: as long as it takes
   * @param conf properties of Spark; of those that hold secrets the references to them
   */
  public record Spark(String master, Duration executorTimeout, Map<String, String> conf) {}

  /**
   * Where models are registered.
   *
   * @param dir folder that holds a folder for each model
   * @param model empty if none is meant
   * @param keep newest versions that stay
   */
  public record Registry(String dir, String model, int keep) {}

  /**
   * When a model is trained again, and what a challenger must show.
   *
   * @param validation frozen validation set, with the layout of a data increment; empty if none
   * @param marker file that a complete data increment's folder must contain; empty for none
   * @param includeQuarantined names of quarantined data increments to train on again
   * @param exports what a promoted version is exported to
   */
  public record Retrain(
      String validation,
      String marker,
      Start start,
      TrainOn trainOn,
      Quarantine quarantine,
      List<String> includeQuarantined,
      List<String> exports,
      boolean keepRun,
      Rule rule,
      Drift drift) {
    public Retrain {
      includeQuarantined = List.copyOf(includeQuarantined);
      exports = List.copyOf(exports);
    }

    /** What a challenger's parameters start from. */
    public enum Start {
      CHAMPION,
      SCRATCH
    }

    /** What a challenger is trained on. */
    public enum TrainOn {
      ALL,
      NEW
    }

    /** Outcomes after which new data increments are quarantined. */
    public enum Quarantine {
      WORSE,
      NOT_PROMOTED,
      NEVER
    }
  }

  /**
   * What a challenger must show on the frozen validation set.
   *
   * @param minimumGain of the metric's difference
   * @param nonInferiority how far below 0 the confidence interval may begin
   * @param worstClassDrop the most that a class's recall may lose
   * @param confidence of the interval
   * @param samples of the bootstrap
   */
  public record Rule(
      double minimumGain,
      double nonInferiority,
      double worstClassDrop,
      double confidence,
      int samples) {}

  /**
   * How far new data may be from the champion's.
   *
   * @param start below it there is no retraining; 0: new data is enough
   * @param veto from it on there is none either; 0: never
   */
  public record Drift(double start, double veto, int bins, int examples) {}

  /**
   * The same, whose text has Spark's settings as they are in force.
   *
   * @param conf properties of Spark without any secret
   */
  public RunConfig withSparkInForce(String master, Map<String, String> conf) {
    return new RunConfig(
        run,
        data,
        model,
        compute,
        train,
        optimizer,
        outer,
        average,
        checkpoint,
        spark,
        fetch,
        kerberos,
        registry,
        retrain,
        dataKeys,
        ConfigRenderer.parse(effective).withSpark(master, conf).render());
  }

  /**
   * Reads a configuration.
   *
   * @param file HOCON file, a local path or a Hadoop URI; null for the built-in digits run
   * @param overrides {@code key=value} each, the later wins
   * @throws io.centroid.error.InputException naming key, value and place
   */
  public static RunConfig load(@Nullable String file, List<String> overrides) {
    return load(file, overrides, Extensions.NONE);
  }

  /** As {@link #load(String, List)}, with parts that the configuration may choose by name. */
  public static RunConfig load(
      @Nullable String file, List<String> overrides, Extensions extensions) {
    return read(Settings.load(file, overrides), baseName(file), extensions);
  }

  /**
   * The configuration of a program.
   *
   * @param settings values by key, as text, number, boolean or list
   * @param extensions parts that the settings choose by name
   * @throws io.centroid.error.InputException naming key and value
   */
  public static RunConfig of(Map<String, ?> settings, Extensions extensions) {
    return read(Settings.of(settings), "program", extensions);
  }

  private static String baseName(@Nullable String file) {
    if (file == null) {
      return "digits";
    }
    return new ConfigFile(file).name().replaceFirst("\\.[^.]*$", "").replaceAll("[^\\w.-]", "_");
  }

  private static RunConfig read(Settings settings, String baseName, Extensions extensions) {
    Model model = ConfigReader.model(settings, extensions);
    Compute compute = ConfigReader.compute(settings);
    Data data = ConfigReader.data(settings, extensions);
    Train train = ConfigReader.train(settings);
    TextRules.check(settings, data, model, compute, train);
    OptimizerConfig optimizer = OptimizerConfig.read(settings, extensions);
    OuterStep outer = ConfigReader.outer(settings, extensions);
    return new RunConfig(
        RunIdentity.read(
            settings, baseName, model.network(), compute, train.divergence(), optimizer),
        data,
        model,
        compute,
        train,
        optimizer,
        outer,
        ConfigReader.average(settings, extensions),
        ConfigReader.checkpoint(settings),
        new Spark(
            settings.text("spark.master"),
            settings.duration("spark.executor-timeout"),
            settings.entries("spark.conf")),
        new Fetch(settings.texts("fetch.mnist.mirrors")),
        ConfigReader.kerberos(settings),
        RetrainGroups.registry(settings),
        RetrainGroups.retrain(settings),
        settings.spelling().written("data"),
        settings.spelling().render());
  }
}
