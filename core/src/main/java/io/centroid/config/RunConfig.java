package io.centroid.config;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.config.hocon.ConfigFile;
import io.centroid.data.ExampleSource;
import io.centroid.data.Normalization;
import io.centroid.data.TargetScaling;
import io.centroid.data.csv.TableSchema;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.decoding.TextEncoding;
import io.centroid.nn.Loss;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.nn.matrix.Precision;
import io.centroid.security.KerberosLogin;
import io.centroid.train.Metric;
import io.centroid.train.RoundLimit;
import io.centroid.train.worker.InnerStatePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run's configuration, parsed and validated once. Each group of keys is a record; reference.conf
 * documents the keys.
 *
 * @param dataKeys keys of {@code data} as overrides for {@link #load}
 * @param effective whole configuration as HOCON text
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
    Privacy privacy,
    Checkpoint checkpoint,
    Report report,
    Spark spark,
    Fetch fetch,
    KerberosLogin kerberos,
    Registry registry,
    Retrain retrain,
    Map<String, String> dataKeys,
    String effective) {

  /**
   * Location and format of the examples.
   *
   * @param parts names in {@code path} of the parts, in the order in which they are joined; empty
   *     means the path itself
   * @param program examples of {@link Format#PROGRAM}, otherwise null
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
      TargetScaling.Method targetNormalization,
      int classes,
      int block,
      long decodedLimit,
      TextEncoding encoding,
      Csv csv,
      Texts texts,
      Digits digits,
      @Nullable ExampleSource program) {

    /** The data formats; {@link #PROGRAM} is data that a program supplies. */
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

    /** These settings for another location, without parts. */
    public Data at(String place) {
      return at(place, List.of());
    }

    /** These settings for parts of another location. */
    public Data at(String place, List<String> ofPlace) {
      return with(place, ofPlace, classes, block, csv);
    }

    /** These settings with another block size in tokens. */
    public Data withBlock(int tokens) {
      return with(path, parts, classes, tokens, csv);
    }

    /** These settings with another number of classes; 0 means those in the training data. */
    public Data withClasses(int count) {
      return with(path, parts, count, block, csv);
    }

    /** These settings with the columns and classes of a model's table; null if it had none. */
    public Data withTable(@Nullable TableSchema table) {
      return with(path, parts, classes, block, csv.ofModel(table));
    }

    private Data with(String place, List<String> ofPlace, int count, int tokens, Csv columns) {
      return new Data(
          format,
          place,
          ofPlace,
          trainFile,
          trainLabelsFile,
          testFile,
          testLabelsFile,
          validationSplit,
          normalization,
          targetNormalization,
          count,
          tokens,
          decodedLimit,
          encoding,
          columns,
          texts,
          digits,
          program);
    }

    /**
     * @param delimiter delimiter, {@link io.centroid.data.csv.CsvDialect#AUTO} to detect it
     * @param ignore names of columns that are no features
     * @param labels class names in the order of their numbers; empty means those in the training
     *     files
     * @param known what the columns mean to a trained model, otherwise null
     * @param byPosition whether a trained model does not know names: its columns go by position,
     *     and its classes are numbers
     */
    public record Csv(
        String target,
        FeatureType features,
        List<Integer> shape,
        char delimiter,
        boolean decimalComma,
        List<String> ignore,
        List<String> labels,
        @Nullable TableSchema known,
        boolean byPosition) {
      public enum FeatureType {
        PIXELS,
        NUMBERS
      }

      private Csv ofModel(@Nullable TableSchema table) {
        return new Csv(
            target, features, shape, delimiter, decimalComma, ignore, labels, table, table == null);
      }
    }

    /**
     * @param labels class names; empty means those in the training file
     * @param tokenizer location of the tokenizer's files; empty means {@code model.init-from}
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
   * Engine, workers and threads.
   *
   * @param engine {@link io.centroid.nn.Engines#AUTO}, or the name of an engine
   * @param device devices on which tasks compute
   * @param recomputes whether the backward pass recomputes activations (activation checkpointing)
   * @param precision precision of the factors of GPT-2's matrix products
   * @param cpuKernels kernels of OpenBLAS that all processes must use; empty means that OpenBLAS
   *     chooses them
   */
  public record Compute(
      String engine,
      DeviceKind device,
      WorkerKind workers,
      int threads,
      int threadsPerWorker,
      boolean recomputes,
      Precision precision,
      long nativeMemory,
      Optional<CpuKernels> cpuKernels) {
    public enum WorkerKind {
      SPARK,
      LOCAL
    }

    /** Devices; {@link #AUTO}: GPUs if the engine can use those of all executors. */
    public enum DeviceKind {
      AUTO,
      CPU,
      CUDA
    }
  }

  /**
   * Settings of the training loop.
   *
   * @param localSteps local steps per worker between synchronizations (H); {@link #MEASURED} means
   *     chosen when the run starts
   * @param microBatch micro-batch size for gradient accumulation; 0 means the whole batch
   * @param roundLimit timeout and attempts of a round
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
   * Detection of divergence, and the reaction to it.
   *
   * @param outlierFactor see {@link io.centroid.train.OutlierRule}; 0 disables the detection of
   *     outliers
   * @param learningRateFactor factor of the learning rate per rollback
   * @param limit maximum number of rollbacks of a run
   */
  public record Divergence(
      double outlierFactor, Reaction reaction, double learningRateFactor, int limit) {
    public enum Reaction {
      STOP,
      ROLLBACK
    }
  }

  /**
   * Schedule, retention and commit protocol of checkpoints.
   *
   * @param everyRounds number of rounds between checkpoints; 0 means the ends of epochs only; or
   *     {@link #BY_TIME}
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
   * Encoding and aggregation of the workers' deltas.
   *
   * @param slices number of slices; 0 means chosen by the size of the model
   */
  public record Average(Codec codec, int slices) {}

  /**
   * Differentially private training.
   *
   * @param clipNorm L2 norm to which the gradient of each example is clipped; 0 means that training
   *     is not private
   * @param noiseMultiplier standard deviation of the Gaussian noise as a multiple of {@code
   *     clipNorm}
   * @param noiseKey reference to the secret from which samples and Gaussian noise follow; empty
   *     means the seed
   */
  public record Privacy(double clipNorm, double noiseMultiplier, double delta, String noiseKey) {
    /** Whether training is differentially private. */
    public boolean isOn() {
      return clipNorm > 0;
    }
  }

  /**
   * What a run shows to people.
   *
   * @param tensorboard whether event files for TensorBoard are written
   * @param html whether report.html is written at the end of the run
   * @param prompts prompts that a language model continues at the end of epochs
   * @param sampleTokens number of tokens of a continuation; 0 means none
   */
  public record Report(
      boolean tensorboard, boolean html, List<String> prompts, int sampleTokens, Mlflow mlflow) {
    public Report {
      prompts = List.copyOf(prompts);
    }
  }

  /**
   * An MLflow tracking server.
   *
   * @param uri base URL; empty means none
   * @param token reference to the bearer token; empty means none
   */
  public record Mlflow(String uri, String experiment, String token) {}

  /** Base URLs of mirrors, tried in order. */
  public record Fetch(List<String> mnistMirrors) {
    public Fetch {
      mnistMirrors = List.copyOf(mnistMirrors);
    }
  }

  /**
   * Spark settings.
   *
   * @param master Spark master of runs that are not started by spark-submit
   * @param executorTimeout maximum wait for the first executor; 0 means no limit
   * @param conf Spark properties; references in place of secrets
   */
  public record Spark(String master, Duration executorTimeout, Map<String, String> conf) {}

  /**
   * The model registry.
   *
   * @param dir folder with a subfolder per model
   * @param model name of the model; may be empty
   * @param keep number of newest versions to keep
   */
  public record Registry(String dir, String model, int keep) {}

  /**
   * Settings of retraining.
   *
   * @param validation frozen validation set, with the layout of a data increment; empty if none
   * @param marker file that a complete data increment's folder must contain; empty for none
   * @param includeQuarantined names of quarantined data increments to train on again
   * @param exports formats that a version is exported to before it is promoted
   */
  public record Retrain(
      String validation,
      String marker,
      Duration minimumAge,
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

    /** Initial parameters of a challenger. */
    public enum Start {
      CHAMPION,
      SCRATCH
    }

    /** Training data of a challenger. */
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
   * The promotion rule on the frozen validation set.
   *
   * @param minimumGain minimum difference of the metric
   * @param nonInferiority non-inferiority margin: maximum distance below 0 of the lower confidence
   *     bound
   * @param worstClassDrop maximum drop of a class's recall
   * @param confidence confidence level of the interval
   * @param samples number of bootstrap samples
   */
  public record Rule(
      double minimumGain,
      double nonInferiority,
      double worstClassDrop,
      double confidence,
      int samples) {}

  /**
   * Thresholds for the drift of new data from the champion's training data.
   *
   * @param start minimum drift to retrain; 0 means no minimum
   * @param veto drift from which new data is rejected; 0 means never
   * @param bins number of quantile bins per feature
   * @param examples number of sampled examples
   */
  public record Drift(double start, double veto, int bins, int examples) {}

  /**
   * This configuration with the effective Spark settings in its text.
   *
   * @param conf Spark properties without secrets
   */
  public RunConfig withSparkInForce(String master, Map<String, String> conf) {
    return with(data, ConfigRenderer.parse(effective).withSpark(master, conf).render());
  }

  /** This configuration, rendered with the device that was chosen. */
  public RunConfig withDeviceInForce(Compute.DeviceKind device) {
    return with(data, ConfigRenderer.parse(effective).withDevice(Json.spelling(device)).render());
  }

  /**
   * The keys of some groups with their values as text, sorted.
   *
   * @param effective a whole configuration as HOCON text, see {@link #effective}
   * @param groups names of groups, such as {@code train}
   */
  public static Map<String, String> keys(String effective, List<String> groups) {
    return ConfigRenderer.parse(effective).canonical(groups);
  }

  /** The files with the keys of this configuration, which encrypt and sign checkpoints. */
  public HadoopFiles withKeys(HadoopFiles files) {
    return files.with(ModelKeys.of(spark.conf()));
  }

  /** This configuration with the columns and classes of a model's table; null if it had none. */
  public RunConfig withTable(@Nullable TableSchema table) {
    return with(data.withTable(table), effective);
  }

  /** This configuration with another number of classes; 0 means those in the training data. */
  public RunConfig withClasses(int count) {
    return with(data.withClasses(count), effective);
  }

  private RunConfig with(Data examples, String text) {
    return new RunConfig(
        run,
        examples,
        model,
        compute,
        train,
        optimizer,
        outer,
        average,
        privacy,
        checkpoint,
        report,
        spark,
        fetch,
        kerberos,
        registry,
        retrain,
        dataKeys,
        text);
  }

  /**
   * Reads a configuration.
   *
   * @param file HOCON file, a local path or a Hadoop URI; null for the defaults, a run on digits
   * @param overrides overrides as {@code key=value}; later ones take precedence
   * @throws io.centroid.error.InputException if a value is invalid; the message names key, value
   *     and location
   */
  public static RunConfig load(@Nullable String file, List<String> overrides) {
    return load(file, overrides, Extensions.NONE);
  }

  /** As {@link #load(String, List)}, with components that the configuration can select by name. */
  public static RunConfig load(
      @Nullable String file, List<String> overrides, Extensions extensions) {
    return read(Settings.load(file, overrides), baseName(file), extensions);
  }

  /**
   * Creates a configuration from the settings of a program.
   *
   * @param settings values by key, as text, number, boolean or list
   * @param extensions components that the settings can select by name
   * @throws io.centroid.error.InputException if a value is invalid; the message names key and value
   */
  public static RunConfig of(Map<String, ?> settings, Extensions extensions) {
    return read(Settings.of(settings, "set by the program", List.of()), "program", extensions);
  }

  /**
   * Creates the configuration that reads a stored model's data.
   *
   * @param stored values by key that the model's files record; they are data, never configuration
   *     source
   * @param origin the model, for messages
   * @param overrides overrides as {@code key=value}; later ones take precedence
   * @param extensions components that the overrides can select by name
   * @throws io.centroid.error.InputException if a value is invalid; the message names key and value
   */
  public static RunConfig ofStored(
      Map<String, ?> stored, String origin, List<String> overrides, Extensions extensions) {
    return read(Settings.of(stored, origin, overrides), "digits", extensions);
  }

  /** What the name of a run begins with if {@code run.name} is empty: the name of the file. */
  public static String baseName(@Nullable String file) {
    if (file == null) {
      return "digits";
    }
    return new ConfigFile(file).name().replaceFirst("\\.[^.]*$", "").replaceAll("[^\\w.-]", "_");
  }

  static RunConfig read(Settings settings, String baseName, Extensions extensions) {
    Model model = ConfigReader.model(settings, extensions);
    Compute compute = ConfigReader.compute(settings);
    Data data = ConfigReader.data(settings, extensions);
    Train train = ConfigReader.train(settings);
    TextRules.check(settings, data, model, compute, train);
    OptimizerConfig optimizer = OptimizerConfig.read(settings, extensions);
    OuterStep outer = ConfigReader.outer(settings, extensions);
    TrustSettings.read(settings); // Checked now, read from effective.conf when they are needed.
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
        ConfigReader.privacy(settings, data, model, train),
        ConfigReader.checkpoint(settings),
        ConfigReader.report(settings),
        new Spark(
            settings.text("spark.master"),
            settings.duration("spark.executor-timeout"),
            ModelKeys.addedTo(settings.entries("spark.conf"), ModelKeys.read(settings))),
        new Fetch(settings.texts("fetch.mnist.mirrors")),
        ConfigReader.kerberos(settings),
        RetrainGroups.registry(settings),
        RetrainGroups.retrain(settings),
        settings.renderer().written("data"),
        settings.renderer().render());
  }
}
