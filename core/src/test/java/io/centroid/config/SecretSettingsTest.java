package io.centroid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.security.KerberosLogin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretSettingsTest {
  @TempDir private Path directory;

  @Test
  void aReferenceIsKeptUnchanged() throws IOException {
    Path file =
        write(
            """
            spark.conf {
              "spark.hadoop.fs.s3a.secret.key" = "file:///etc/s3.secret"
              spark.ssl.keyPassword = "credential:ssl"
              "spark.executor.memory" = 2g
            }
            """);
    RunConfig config =
        RunConfig.load(
            file.toString(), List.of("spark.conf.spark.hadoop.fs.s3a.access.key=env:S3_KEY"));
    assertThat(config.spark().conf())
        .containsEntry("spark.hadoop.fs.s3a.secret.key", "file:///etc/s3.secret")
        .containsEntry("spark.ssl.keyPassword", "credential:ssl")
        .containsEntry("spark.hadoop.fs.s3a.access.key", "env:S3_KEY");
    assertThat(RunConfig.load(write(config.effective()).toString(), List.of()).spark())
        .isEqualTo(config.spark());
  }

  @Test
  void aSecretIsRejectedWithItsLocationAndNotShown() throws IOException {
    Path file = write("train.workers = 2\nspark.conf { spark.ssl.keyPassword = veiled }\n");
    assertThatThrownBy(() -> RunConfig.load(file.toString(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            file + ": line 2: spark.ssl.keyPassword must not contain the secret")
        .hasMessageContaining("file:///PATH, env:NAME or credential:ALIAS")
        .hasMessageNotContaining("veiled");
    assertThatThrownBy(() -> RunConfig.load(null, List.of("spark.conf.my.secret=veiled")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("--set spark.conf.my.secret: my.secret must not contain the secret")
        .hasMessageNotContaining("veiled");
    assertThatThrownBy(
            () -> RunConfig.load(null, List.of("spark.conf={\"a.token\"=veiled,\"b\"=1}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a.token must not contain the secret")
        .hasMessageNotContaining("veiled");
    assertThatThrownBy(
            () -> RunConfig.load(null, List.of("data.path=s3a://key:veiled@bucket/mnist")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("data.path has a password in a URL")
        .hasMessageNotContaining("veiled");
  }

  @Test
  void aLineThatMayContainASecretIsNotShown() throws IOException {
    assertThatThrownBy(() -> RunConfig.load(null, List.of("spark.conf.my.secret veiled")))
        .isInstanceOf(InputException.class)
        .hasMessage("--set (not shown, it may contain a secret): expected key=value");
    Path file = write("spark.conf { \"my.secret\" = \"veiled\" veiled ] }\n");
    assertThatThrownBy(() -> RunConfig.load(file.toString(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("veiled");
  }

  @Test
  void secretsAndReferencesDoNotAffectTheIdentity() {
    RunConfig plain = RunConfig.load(null, List.of());
    RunConfig secret =
        RunConfig.load(
            null,
            List.of(
                "spark.conf.my.secret=env:A",
                "security.kerberos.principal=trainer@EXAMPLE.ORG",
                "security.kerberos.keytab=/etc/trainer.keytab"));
    assertThat(secret.run()).isEqualTo(plain.run());
    assertThat(secret.run().trajectoryHash()).isEqualTo(plain.run().trajectoryHash());
    assertThat(secret.kerberos())
        .isEqualTo(new KerberosLogin("trainer@EXAMPLE.ORG", "/etc/trainer.keytab"));
  }

  @Test
  void theLaterSourceOverridesQuotedOrNot() throws IOException {
    Path file = write("spark.conf { \"spark.ui.enabled\" = false, spark.a.b = 1 }\n");
    RunConfig config =
        RunConfig.load(
            file.toString(),
            List.of("spark.conf.spark.ui.enabled=true", "spark.conf.\"spark.a.b\"=2"));
    assertThat(config.spark().conf())
        .containsEntry("spark.ui.enabled", "true")
        .containsEntry("spark.a.b", "2");
    // A longer name does not replace a shorter one.
    assertThat(
            RunConfig.load(
                    write("spark.conf { \"spark.authenticate\" = true }").toString(),
                    List.of("spark.conf.spark.authenticate.secret=env:A"))
                .spark()
                .conf())
        .containsEntry("spark.authenticate", "true")
        .containsEntry("spark.authenticate.secret", "env:A");
  }

  @Test
  void anIncompleteLoginIsRejected() {
    assertThatThrownBy(
            () -> RunConfig.load(null, List.of("security.kerberos.principal=trainer@EXAMPLE.ORG")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "security.kerberos.principal must be set together with security.kerberos.keytab:"
                + " trainer@EXAMPLE.ORG (--set security.kerberos.principal)");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("test.conf"), text);
  }
}
