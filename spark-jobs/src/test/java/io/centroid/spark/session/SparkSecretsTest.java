package io.centroid.spark.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.security.SecretKeys;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSecretsTest {
  /** Relative to the module's folder, where tests run. */
  private static final Path CONF = Path.of("..", "conf");

  @TempDir private Path folder;

  private String reference = "";

  @BeforeEach
  void write() throws IOException {
    Path file = folder.resolve("a.secret");
    Files.writeString(file, "veiled\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    reference = "file://" + file;
  }

  @Test
  void resolvesReferences() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.hadoop.fs.s3a.secret.key", reference)
            .set("spark.ssl.keyPassword", "as spark-defaults.conf has it")
            .set("spark.eventLog.dir", reference);
    SparkSecrets.resolve(conf);
    assertThat(conf.get("spark.hadoop.fs.s3a.secret.key")).isEqualTo("veiled");
    assertThat(conf.get("spark.ssl.keyPassword")).isEqualTo("as spark-defaults.conf has it");
    assertThat(conf.get("spark.eventLog.dir")).isEqualTo(reference);
  }

  @Test
  void rejectsUnresolvableReferences() {
    SparkConf conf = new SparkConf(false).set("spark.ssl.keyPassword", "file:///no/such/file");
    assertThatThrownBy(() -> SparkSecrets.resolve(conf))
        .isInstanceOf(InputException.class)
        .hasMessage("spark.ssl.keyPassword: /no/such/file: no such file");
  }

  @Test
  void rejectsSecretsThatSparkWouldLog() {
    SparkConf conf = new SparkConf(false).set("spark.executorEnv.S3_TOKEN", reference);
    assertThatThrownBy(() -> SparkSecrets.resolve(conf))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "spark.executorEnv.S3_TOKEN would be recorded by the cluster manager");
  }

  @Test
  void rejectsASecretIfAuthenticationIsOff() {
    SparkConf conf = new SparkConf(false).set("spark.authenticate.secret", reference);
    assertThatThrownBy(() -> SparkSecrets.resolve(conf))
        .isInstanceOf(InputException.class)
        .hasMessage("spark.authenticate.secret is set, but spark.authenticate is not true");
    conf.set("spark.authenticate", "true");
    SparkSecrets.resolve(conf);
    assertThat(conf.get("spark.authenticate.secret")).isEqualTo("veiled");
  }

  @Test
  void bothSecureConfigurationFilesAgree() throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(CONF.resolve("secure-spark-defaults.conf"))) {
      properties.load(reader);
    }
    Map<String, String> defaults = new HashMap<>();
    properties.forEach((key, value) -> defaults.put((String) key, (String) value));
    assertThat(RunConfig.load(CONF.resolve("secure.conf").toString(), List.of()).spark().conf())
        .isEqualTo(defaults)
        .containsEntry("spark.authenticate", "true")
        .containsEntry("spark.redaction.regex", SecretKeys.PATTERN);
  }

  @Test
  void theSecureConfigurationCanBeIncluded() throws IOException {
    Path own = folder.resolve("own.conf");
    Files.copy(CONF.resolve("secure.conf"), folder.resolve("secure.conf"));
    Files.writeString(
        own,
        """
        include "secure.conf"
        train.workers = 3
        spark.conf { "spark.authenticate.secret" = "%s", "spark.ui.enabled" = true }
        """
            .formatted(reference));
    assertThat(RunConfig.load(own.toString(), List.of()).spark().conf())
        .containsEntry("spark.authenticate", "true")
        .containsEntry("spark.network.crypto.cipher", "AES/GCM/NoPadding")
        .containsEntry("spark.ui.enabled", "true")
        .containsEntry("spark.authenticate.secret", reference);
  }
}
