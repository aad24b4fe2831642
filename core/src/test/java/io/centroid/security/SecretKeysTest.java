package io.centroid.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretKeysTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.authenticate.secret",
        "spark.ssl.keyPassword",
        "spark.ssl.ui.keyStorePassword",
        "spark.hadoop.fs.s3a.access.key",
        "spark.hadoop.fs.s3a.secret.key",
        "spark.hadoop.fs.s3a.session.token",
        "spark.hadoop.fs.s3a.bucket.data.SECRET.key",
        "spark.hadoop.fs.s3a.encryption.key",
        "spark.hadoop.fs.azure.account.key.store.blob.core.windows.net",
        "spark.hadoop.fs.azure.sas.box.store.blob.core.windows.net",
        "spark.hadoop.fs.gs.auth.service.account.private.key",
        "spark.kubernetes.authenticate.oauthToken",
        "spark.com.example.Filter.param.api-key",
        "my.passphrase"
      })
  void detectsSecretsByName(String key) {
    assertThat(SecretKeys.isSecret(key)).isTrue();
    assertThatThrownBy(() -> SecretKeys.requireNone("a.conf: line 3", key, "veiled"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "a.conf: line 3: %s must not contain the secret itself (command lines and files expose"
                + " it): use a reference, file:///PATH, env:NAME or credential:ALIAS",
            key);
    for (String allowed : new String[] {"env:A", "file:///a", "credential:a", ""}) {
      assertThatCode(() -> SecretKeys.requireNone("here", key, allowed)).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.executor.memory",
        "spark.authenticate",
        "spark.io.encryption.keySizeBits",
        "spark.io.encryption.keygen.algorithm",
        "spark.hadoop.hadoop.security.credential.provider.path",
        "spark.hadoop.fs.s3a.aws.credentials.provider",
        "spark.hadoop.hadoop.security.credstore.java-keystore-provider.password-file",
        "spark.hadoop.dfs.block.access.token.enable",
        "spark.security.credentials.hadoopfs.enabled",
        "spark.kerberos.renewal.credentials",
        "spark.kubernetes.authenticate.oauthTokenFile",
        "spark.kubernetes.driver.secrets.spark-secret",
        "spark.kubernetes.executor.secretKeyRef.AWS_SECRET_ACCESS_KEY",
        "spark.redaction.regex"
      })
  void acceptsSettingsThatAreNotSecrets(String key) {
    assertThat(SecretKeys.isSecret(key)).isFalse();
    assertThatCode(() -> SecretKeys.requireNone("here", key, "any value"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "spark.executorEnv.AWS_SECRET_ACCESS_KEY, env:A, recorded by the cluster manager",
    "spark.yarn.appMasterEnv.MY_TOKEN, file:///a, recorded by the cluster manager",
    "spark.executor.extraJavaOptions, -Xmx1g -Djavax.net.ssl.trustStorePassword=veiled, command"
        + " line",
    "spark.eventLog.dir, s3a://key:veiled@bucket/events, password in a URL"
  })
  void rejectsSecretsThatSparkWouldExpose(String key, String value, String message) {
    assertThatThrownBy(() -> SecretKeys.requireNone("here", key, value))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(message)
        .hasMessageNotContaining("veiled");
  }

  @Test
  void acceptsUrlsAndOptionsWithoutSecrets() {
    for (String url :
        new String[] {"hdfs://host:8020/a@b", "jceks://hdfs@host:8020/a", "s3a://bucket/a:b@c"}) {
      assertThatCode(() -> SecretKeys.requireNone("here", "spark.eventLog.dir", url))
          .doesNotThrowAnyException();
    }
    String options = "-Djavax.net.ssl.trustStore=/a -Djavax.net.ssl.trustStorePassword= -Dx=y";
    assertThatCode(() -> SecretKeys.requireNone("here", "spark.driver.extraJavaOptions", options))
        .doesNotThrowAnyException();
  }
}
