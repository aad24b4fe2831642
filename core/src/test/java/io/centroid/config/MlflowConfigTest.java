package io.centroid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig.Mlflow;
import io.centroid.error.InputException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MlflowConfigTest {
  private static Mlflow mlflow(String... overrides) {
    return RunConfig.load(null, Stream.of(overrides).map("report.mlflow."::concat).toList())
        .report()
        .mlflow();
  }

  @Test
  void noServerIsTheDefault() {
    assertThat(mlflow()).isEqualTo(new Mlflow("", "centroid", ""));
  }

  @Test
  void aServerIsAnHttpUrlWithoutAFinalSlash() {
    assertThat(mlflow("uri=https://mlflow.example.org/team/", "experiment=mnist").uri())
        .isEqualTo("https://mlflow.example.org/team");
    assertThat(mlflow("uri=http://mlflow.example.org:5000").uri())
        .isEqualTo("http://mlflow.example.org:5000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlflow.example.org:5000",
        "ftp://mlflow.example.org",
        "http://",
        "http:///path",
        "http://host/?a=b",
        "http://host/#a",
        "http://user@host",
        "http://bad host",
        "databricks"
      })
  void anythingElseIsRejectedWithKeyValueAndPlace(String uri) {
    assertThatThrownBy(() -> mlflow("uri=" + uri))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "report.mlflow.uri must be an http or https URL of a host, without user, query and"
                + " fragment: "
                + uri
                + " (--set report.mlflow.uri)");
  }

  @Test
  void aPasswordInTheUrlIsNotShown() {
    assertThatThrownBy(() -> mlflow("uri=http://me:veiled@host"))
        .isInstanceOf(InputException.class)
        .hasMessageNotContaining("veiled");
  }

  @Test
  void aTokenThatIsNoReferenceIsNotShown() {
    assertThatThrownBy(() -> mlflow("token=veiled"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "report.mlflow.token must be a reference to the token, file:///PATH, env:NAME or"
                + " credential:ALIAS: (not shown")
        .hasMessageNotContaining("veiled");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://mlflow.example.org",
        "http://localhost:5000",
        "http://127.0.0.1:5000",
        "http://[::1]:5000"
      })
  void aTokenIsSentToHttpsAndToThisMachine(String uri) {
    assertThat(mlflow("uri=" + uri, "token=env:TOKEN").token()).isEqualTo("env:TOKEN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://mlflow.example.org",
        "HTTP://10.0.0.7:5000",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org"
      })
  void aTokenIsNotSentOverHttpToAnotherMachine(String uri) {
    assertThatThrownBy(() -> mlflow("uri=" + uri, "token=env:TOKEN"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("report.mlflow.uri must be https, since report.mlflow.token");
  }

  @Test
  void anExperimentHasAName() {
    assertThatThrownBy(() -> mlflow("experiment="))
        .hasMessageStartingWith("report.mlflow.experiment must have 1 to 500 characters");
    assertThat(List.of(mlflow("experiment=/Users/me/mnist").experiment()))
        .containsExactly("/Users/me/mnist");
  }
}
