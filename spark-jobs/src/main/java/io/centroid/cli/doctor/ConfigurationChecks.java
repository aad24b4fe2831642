package io.centroid.cli.doctor;

import io.centroid.cli.process.ShellWord;
import io.centroid.config.RunConfig;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.KeyCheck;
import io.centroid.encryption.ManifestSigner;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.optim.OptimizerSettings.LearningRateScaling;
import io.centroid.run.RunOutlook;
import io.centroid.security.Secret;
import io.centroid.security.SecretKeys;
import io.centroid.security.SecretReference;
import io.centroid.spark.session.JobSettings;
import io.centroid.tracking.MlflowFailure;
import io.centroid.tracking.MlflowReporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.crypto.key.KeyProviderFactory;

/** Checks of settings that are valid, but are likely to be mistakes. */
final class ConfigurationChecks {
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /** Number of workers from which the scaled learning rate is worth a remark. */
  private static final int MANY = 8;

  /** Steps of an epoch that are long to lose. */
  private static final long LONG_EPOCH = 10_000;

  private ConfigurationChecks() {}

  /** Checks settings that need nothing else. */
  static Outcome settings(RunConfig config, JobSettings spark) {
    List<Finding> findings = new ArrayList<>();
    secrets(spark, findings);
    RunConfig.Train train = config.train();
    LearningRateScaling scaling = config.optimizer().steady().scaling();
    if (scaling != LearningRateScaling.NONE && train.workers() >= MANY) {
      double factor =
          scaling == LearningRateScaling.LINEAR ? train.workers() : Math.sqrt(train.workers());
      findings.add(
          Finding.note(
              String.format(
                  Locale.ROOT,
                  "optimizer.learning-rate-scaling multiplies the learning rate by %.1f for %d"
                      + " workers",
                  factor,
                  train.workers()),
              "Without a warm-up such a learning rate often diverges.",
              "--set optimizer.schedule.warmup-steps=500"));
    }
    return Outcome.of("run " + config.run().name(), findings);
  }

  /** Properties of the process, as from spark-defaults.conf; those of the file are references. */
  private static void secrets(JobSettings spark, List<Finding> findings) {
    for (Map.Entry<String, String> property : spark.properties().entrySet()) {
      String key = property.getKey();
      String value = property.getValue();
      boolean isSwitch = value.isBlank() || value.equals("true") || value.equals("false");
      if (!isSwitch && SecretKeys.isSecret(key) && SecretReference.parse(value).isEmpty()) {
        findings.add(
            Finding.of(
                key + " holds a secret as plain text",
                "Every reader of the command line or the properties file has it.",
                "--conf " + key + "=file:///PATH (mode 600), env:NAME or credential:ALIAS"));
      }
    }
  }

  /**
   * Checks the tracking server.
   *
   * @param hadoop configuration of the run, which may name providers of credentials
   */
  static Outcome tracking(RunConfig.Mlflow mlflow, Configuration hadoop) {
    if (mlflow.uri().isEmpty()) {
      return Outcome.skipped("report.mlflow.uri is empty");
    }
    List<Finding> findings = new ArrayList<>();
    Secret token = null;
    try {
      token = MlflowReporter.token(mlflow, hadoop);
    } catch (InputException | UncheckedIOException e) {
      findings.add(
          Finding.of(
              StorageFailure.reason(e),
              "The server refuses requests without the token.",
              "--set report.mlflow.token=file:///PATH"));
    }
    try {
      MlflowReporter.probe(mlflow, token, ANSWER);
    } catch (IOException e) {
      boolean isRefused = e instanceof MlflowFailure failure && failure.isUnauthorized();
      if (!isRefused || findings.isEmpty()) {
        findings.add(
            Finding.of(
                "report.mlflow.uri = " + mlflow.uri() + " " + StorageFailure.reason(e),
                "The run trains, but nothing of it is recorded there.",
                isRefused
                    ? "--set report.mlflow.token=file:///PATH"
                    : "--set report.mlflow.uri=http://HOST:PORT"));
      }
    }
    return Outcome.of(mlflow.uri(), findings);
  }

  /**
   * Checks the keys that encrypt and sign models.
   *
   * @param hadoop configuration of the run
   */
  static Outcome keys(Configuration hadoop) {
    List<String> named = KeyCheck.named(hadoop);
    if (named.isEmpty()) {
      return Outcome.skipped("no key encrypts or signs the checkpoints");
    }
    List<Finding> findings =
        KeyCheck.problems(hadoop).stream()
            .map(
                problem ->
                    Finding.of(
                        StorageFailure.reason(problem),
                        "The run stops before it reads its data.",
                        change(problem, hadoop)))
            .toList();
    return Outcome.of(String.join(", ", named), findings);
  }

  /** What to change; a key that cannot be read for now is that of a KMS. */
  private static String change(RuntimeException problem, Configuration hadoop) {
    if (!(problem instanceof InputException input)) {
      return "--conf spark.hadoop."
          + KeyProviderFactory.KEY_PROVIDER_PATH
          + "=kms://https@HOST:PORT/kms";
    }
    String setting = input.setting().orElse(EncryptionKey.SETTING);
    if (setting.equals(TrustedKeys.SETTING)) {
      return "--set " + ShellWord.of(setting + "=[FILE]");
    }
    String property =
        setting.equals(EncryptionKey.SETTING) ? EncryptionKey.PROPERTY : ManifestSigner.PROPERTY;
    return SecretReference.parse(hadoop.getTrimmed(property, "")).orElse(null)
                instanceof SecretReference.OfFile file
            && String.valueOf(input.getMessage()).contains("chmod 600")
        ? "chmod 600 " + ShellWord.of(file.path().toString())
        : "--set " + setting + "=file:///PATH";
  }

  /** Checks the rounds of a run against the number of its examples. */
  static Outcome rounds(RunConfig config, RunOutlook outlook) {
    if (outlook.training().count().isEmpty()) {
      return Outcome.skipped("the number of examples is known only after reading them");
    }
    RunConfig.Train train = config.train();
    double kept =
        outlook.training().count().getAsLong()
            * (outlook.sources().vocabulary() == null ? 1 - config.data().validationSplit() : 1);
    long steps = Math.max(1, (long) Math.ceil(kept / train.workers() / train.batchSize()));
    List<Finding> findings = new ArrayList<>();
    if (train.localSteps() > steps) {
      findings.add(
          Finding.note(
              String.format(
                  Locale.ROOT,
                  "train.local-steps = %d, but an epoch has about %,d steps per worker",
                  train.localSteps(),
                  steps),
              "A round ends with the epoch, so workers synchronize more often than it says.",
              "--set train.local-steps=" + steps));
    }
    if (config.checkpoint().everyRounds() == 0 && steps >= LONG_EPOCH) {
      findings.add(
          Finding.note(
              String.format(
                  Locale.ROOT,
                  "checkpoint.every-rounds = 0, and an epoch has about %,d steps per worker",
                  steps),
              "A run that is interrupted repeats its epoch from the start.",
              "--set checkpoint.every-rounds=auto"));
    }
    return Outcome.of(
        String.format(Locale.ROOT, "about %,d steps per worker in an epoch", steps), findings);
  }
}
